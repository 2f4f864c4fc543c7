import { anything, flag, line, list, map, object, oneOf, ref, text, whole, word } from './kinds.ts';

export const jobStatuses = [
  'accepted',
  'queued',
  'in_progress',
  'succeeded',
  'failed',
  'cancelled',
  'unknown',
] as const;

const statusPattern = list(
  'statuses, for example `429` or `5xx`',
  text('a status, or a class of them', { max: 3, pattern: '^[1-5]([0-9]{2}|xx)$' }),
);

/** What answers mean, and when a request is tried again. */
export const responseDefinitions = {
  Response: object('What an answer means.', {
    success: object('when it is one of success; `2xx` unless given', {
      status: statusPattern,
      when: list('what must hold of its body', ref('Condition')),
    }),
    job_id: ref('Extractor', "the provider's id of the job"),
    status: ref('Extractor', "the provider's word for how the job stands"),
    status_map: ref('StatusMap'),
    default_status: ref('JobStatus', 'when the answer has no status'),
    error: ref('Extractor', 'what went wrong, in words'),
    error_code: ref('Extractor', 'what went wrong, for programs'),
    pages: ref('Extractor', 'how many pages the document has'),
    outputs: map('values for later steps', ref('Extractor'), word('name of an output')),
  }),
  Extractor: {
    description:
      'Where a value is in an answer: a path of the body (`data.id`, `$.items[0].id`), or another place.',
    anyOf: [
      text('path in the body', { min: 1, max: 400 }),
      object('a place, and what the value must be', {
        source: oneOf('body unless given', ['body', 'header', 'status', 'form']),
        path: text('path in the body, or name of the form field', { min: 1, max: 400 }),
        name: line('name of the header', 100),
        pattern: text('regular expression (RE2); its first group is taken, or the whole match', {
          min: 1,
          max: 500,
        }),
        type: oneOf('what the value becomes', ['string', 'integer', 'number', 'boolean']),
        default: anything('when there is none'),
        required: flag('without it the answer is not one of success'),
      }),
    ],
  },
  StatusMap: map(
    "the provider's words, or ranges of numbers (`<0`, `>=6000`, `1..9`), to states of a job; `*` is every other",
    ref('JobStatus'),
    line('a word of the provider, or a range', 100),
  ),
  JobStatus: oneOf('How a job stands; the same words for every provider.', jobStatuses),
  Condition: object(
    'Something that holds of a body, or does not.',
    {
      path: text('where to look', { min: 1, max: 400 }),
      equals: anything('the value is this'),
      in: list('the value is one of these', anything('a value')),
      exists: flag('there is a value, or there is none'),
    },
    ['path'],
  ),
  RateLimit: object(
    'How many requests the provider takes.',
    {
      requests: whole('so many', 1, 100_000),
      per_ms: whole('in so many milliseconds', 1, 86_400_000),
    },
    ['requests', 'per_ms'],
  ),
  Retry: object(
    'When a request is sent again. One that creates something is not, unless nothing of it was written or the provider knows it again.',
    {
      max_attempts: whole('with the first', 1, 10),
      policy: oneOf('which requests', ['never', 'idempotent_only', 'with_idempotency_key']),
      on_status: statusPattern,
      backoff: object('how long to wait', {
        type: oneOf('exponential unless given', ['constant', 'exponential']),
        initial_ms: whole('before the second attempt', 0, 600_000),
        max_ms: whole('longest', 0, 3_600_000),
        jitter: flag('a random part less; true unless given'),
      }),
      retry_after: list('where the provider says when', ref('RetryAfter'), { max: 8 }),
    },
  ),
  RetryAfter: {
    ...object(
      'Where an answer says when to come again.',
      {
        header: line('name of the header', 100),
        body_path: text('path in the body', { min: 1, max: 400 }),
        format: oneOf('how the time is written', [
          'delta_seconds',
          'delta_ms',
          'http_date',
          'epoch_seconds',
          'epoch_ms',
        ]),
      },
      ['format'],
    ),
    oneOf: [{ required: ['header'] }, { required: ['body_path'] }],
  },
  Poll: object('How a job is asked for until it is final.', {
    action: word('the action that asks; `get_status` unless given'),
    initial_delay_ms: whole('before the first question', 0, 86_400_000),
    interval_ms: whole('between the first two', 1000, 86_400_000),
    multiplier: {
      type: 'number',
      minimum: 1,
      maximum: 10,
      description: 'by which each wait is longer than the one before; 2 unless given',
    },
    max_interval_ms: whole('longest wait', 1000, 86_400_000),
    max_duration_ms: whole('when nobody asks any more', 1000, 604_800_000),
  }),
};
