import {
  anything,
  choice,
  exactly,
  flag,
  free,
  line,
  list,
  map,
  object,
  oneOf,
  ref,
  text,
  whole,
  word,
  type Schema,
} from './kinds.ts';

export const methods = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD'] as const;
const template = text('text with `{{ … }}`', { max: 65_536 });
const contentType = line('media type', 200);
const omitEmpty = flag('left out when the value is empty');
const repeat = flag('a list gives one entry for each of its values');

export const requestTimeout = whole('of the whole request, in milliseconds', 1, 120_000);

/** The fields of a request, which an action has as well. */
export const requestFields: Readonly<Record<string, Schema>> = {
  method: oneOf('HTTP method', methods),
  url: text(
    'absolute https:// URL on an allowed host, or a path of the first server; `{name}` stands for a path parameter, and `{{ … }}` works too',
    { min: 1, max: 2000, pattern: '^(https://|/)[^\\u0000-\\u001f\\\\#]*$' },
  ),
  path_params: list(
    'where the values of `{name}` in the URL come from; each is one escaped segment',
    object(
      'a path parameter',
      {
        name: word('as it stands in the URL'),
        source: text(
          'variable, for example `settings.account` or `creds.sid`; its name unless given',
          {
            min: 1,
            max: 200,
          },
        ),
      },
      ['name'],
    ),
  ),
  query: list('query parameters, in this order', ref('Field')),
  headers: map(
    'headers by name; never secrets, and none that HTTP itself sets',
    text('value, with `{{ … }}`', { max: 4000 }),
    text('name of a header', { max: 100, pattern: "^[A-Za-z0-9!#$%&'*+.^_`|~-]{1,100}$" }),
  ),
  body: ref('Body', 'nothing unless given'),
  timeout_ms: requestTimeout,
};

const bodies = [
  object('No body.', { kind: exactly('none') }, ['kind']),
  object(
    'JSON. `json` keeps the types of values: a text that is one placeholder becomes what the variable is.',
    {
      kind: exactly('json'),
      json: anything('any JSON with `{{ … }}` in its texts'),
      template,
    },
    ['kind'],
  ),
  object(
    'application/x-www-form-urlencoded, in the body alone.',
    { kind: exactly('form'), fields: list('the fields, in this order', ref('Field')), template },
    ['kind'],
  ),
  object(
    'multipart/form-data.',
    { kind: exactly('multipart'), parts: list('the parts, in this order', ref('Part')), template },
    ['kind'],
  ),
  object('Plain text.', { kind: exactly('text'), template, content_type: contentType }, [
    'kind',
    'template',
  ]),
  object(
    'XML; values are escaped.',
    { kind: exactly('xml'), template, content_type: contentType },
    ['kind', 'template'],
  ),
  object(
    'The bytes of the file and nothing else.',
    {
      kind: exactly('binary'),
      file: oneOf('the file that is sent', ['file']),
      content_type: contentType,
    },
    ['kind', 'file'],
  ),
];

/** Requests, their bodies, and actions that are made of them. */
export const requestDefinitions = {
  Request: object('A request.', requestFields, ['method', 'url']),
  Field: object(
    'A field of a form or of a query.',
    { name: line('its name', 200), value: template, repeat, omit_empty: omitEmpty },
    ['name', 'value'],
  ),
  Part: object(
    'A part of a multipart body: a value, or files.',
    {
      name: line('its name', 200),
      value: anything('a text with `{{ … }}`; an object goes as JSON'),
      file: oneOf('the first file, or all of them', ['file', 'files']),
      filename: text('name that the file goes under, with `{{ … }}`', { max: 400 }),
      content_type: contentType,
      repeat,
      omit_empty: omitEmpty,
    },
    ['name'],
  ),
  Body: choice('The body of a request.', 'kind', bodies),
  Step: object(
    'One request of several.',
    {
      id: word('its results are `steps.<id>.<output>` in later steps'),
      request: ref('Request'),
      response: ref('Response'),
      when: ref('Condition', 'of the step before; left out where it does not hold'),
      reuse: flag('what it gave is used again when a later step is tried again'),
    },
    ['id', 'request'],
  ),
  Idempotency: object(
    'By what the provider knows a repeated request again.',
    {
      header: line('name of the header', 100),
      field: line('field of the body', 200),
      value: text('the key, for example `{{ attempt_id }}`', { min: 1, max: 400 }),
      window_ms: whole('how long the provider remembers it, in milliseconds', 1000, 2_592_000_000),
    },
    ['value'],
  ),
  Action: {
    ...object('Something that the provider can be asked to do: one request, or up to five.', {
      ...requestFields,
      steps: list('requests one after the other, instead of `method` and `url`', ref('Step'), {
        min: 1,
        max: 5,
      }),
      response: ref('Response', 'what the answer means'),
      idempotency: ref('Idempotency'),
      retry: ref('Retry'),
      poll: ref('Poll'),
      input_schema: free('JSON Schema of what the action is given'),
      fixtures: list('answers of the provider and what they must lead to', ref('Fixture')),
    }),
    anyOf: [{ required: ['method', 'url'] }, { required: ['steps'] }],
  },
  Fixture: object(
    'An input with the answer that a provider gave, and what both must lead to; nothing is sent.',
    {
      name: line('what it shows', 200),
      input: free('values of variables'),
      settings: free('values of settings'),
      response: object(
        'the answer',
        {
          status: whole('HTTP status', 100, 599),
          headers: map('its headers', text('value', { max: 4000 }), line('name', 100)),
          body: anything('text, or JSON'),
        },
        ['status'],
      ),
      expect: free('fields of the result'),
    },
    ['name'],
  ),
};
