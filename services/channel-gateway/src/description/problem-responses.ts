import { problemExamples } from './examples.ts';

/** A problem as RFC 9457 has it. */
export const problemSchema = {
  type: 'object',
  required: ['type', 'title', 'status', 'detail', 'code', 'instance'],
  properties: {
    type: { type: 'string', format: 'uri-reference' },
    title: { type: 'string' },
    status: { type: 'integer' },
    detail: { type: 'string', description: 'For people.' },
    code: { type: 'string', description: 'For programs; stable.' },
    instance: { type: 'string', format: 'uri-reference' },
    errors: {
      type: 'array',
      description: 'Every wrong parameter.',
      items: {
        type: 'object',
        required: ['parameter', 'detail'],
        properties: { parameter: { type: 'string' }, detail: { type: 'string' } },
      },
    },
  },
};

const problemNames = {
  400: ['BadRequest', 'A parameter is wrong, missing or unknown: `errors` names each'],
  401: ['Unauthenticated', 'No valid key'],
  403: ['Forbidden', 'The key lacks the scope'],
  404: ['NotFound', 'There is no such entity in the space of the key'],
  409: [
    'Conflict',
    'As it stands it cannot be done: the connection is no channel or not active, or what was sent is not queued any more',
  ],
  422: ['KeyReused', 'The Idempotency-Key was used for another request'],
  429: ['TooManyRequests', 'Too many requests of this key, or wrong keys from this address'],
  503: ['Unavailable', 'The answer is not available at the moment'],
} as const;

type ProblemStatus = keyof typeof problemNames;

/** Refusals of an operation: its own and those of every operation. */
export function refusals(...own: readonly ProblemStatus[]): Record<string, object> {
  const statuses: ProblemStatus[] = [...own, 401, 403, 429, 503];
  return {
    ...Object.fromEntries(
      statuses.map((status) => [
        String(status),
        { $ref: `#/components/responses/${problemNames[status][0]}` },
      ]),
    ),
    default: { $ref: '#/components/responses/OtherProblem' },
  };
}

/** The refusals, which operations refer to. */
export function problems(): Record<string, object> {
  return {
    ...Object.fromEntries(
      Object.entries(problemNames).map(([status, [name, meaning]]) => [
        name,
        {
          ...problem(meaning, problemExamples[Number(status)]),
          ...(status === '429' || status === '503' ? { headers: retryAfter } : {}),
          ...(status === '401' ? { headers: authenticate } : {}),
        },
      ]),
    ),
    OtherProblem: problem('Anything else, for example a URL that cannot be read'),
  };
}

function problem(meaning: string, example?: object): object {
  const schema = { $ref: '#/components/schemas/Problem' };
  const content = example === undefined ? { schema } : { schema, example };
  return { description: meaning, content: { 'application/problem+json': content } };
}

const authenticate = {
  'WWW-Authenticate': { description: '`Bearer`.', schema: { type: 'string' } },
};

const retryAfter = {
  'Retry-After': { description: 'Seconds to wait.', schema: { type: 'integer' } },
};
