/** Schema of a problem answer, RFC 9457. */
export const problemSchema = {
  type: 'object',
  required: ['type', 'title', 'status', 'detail', 'code', 'instance'],
  properties: {
    type: { type: 'string' },
    title: { type: 'string' },
    status: { type: 'integer' },
    detail: { type: 'string', description: 'what is wrong and what to do' },
    code: { type: 'string', description: 'for programs; does not change' },
    instance: { type: 'string' },
    errors: { type: 'array', items: { type: 'string' }, description: 'every fault that was found' },
    faults: {
      type: 'array',
      items: { type: 'object' },
      description:
        'the faults of an HTTP manifest: `pointer` (RFC 6901), `message`, sometimes `code`',
    },
  },
  example: {
    type: 'about:blank',
    title: 'Not found',
    status: 404,
    detail: 'there is no plugin "com.example.none"',
    code: 'plugin.not_found',
    instance: '/admin/v1/plugins/com.example.none',
  },
};

/** The answer of every route when something is wrong that it does not name. */
export const problemResponse = problemAnswer('a problem, as RFC 9457 has it');

/** The answer with which a route refuses. */
export function refusal(status: number, description: string): { status: number } & ProblemAnswer {
  return { status, ...problemAnswer(description) };
}

interface ProblemAnswer {
  readonly description: string;
  readonly content: Record<string, { schema: { $ref: string } }>;
}

function problemAnswer(description: string): ProblemAnswer {
  const schema = { $ref: '#/components/schemas/Problem' };
  return { description, content: { 'application/problem+json': { schema } } };
}

const time = { type: 'string', format: 'date-time' };

/** Building blocks of the schemas of the API. */
export const kinds = {
  text: { type: 'string' },
  texts: { type: 'array', items: { type: 'string' } },
  time,
  count: { type: 'integer', minimum: 0 },
  orNull: (schema: { readonly type: string }) => ({ ...schema, type: [schema.type, 'null'] }),
} as const;

/** An object all of whose fields are always there. */
export function objectSchema(
  properties: Readonly<Record<string, object>>,
  example: object,
): object {
  return {
    type: 'object',
    required: Object.keys(properties),
    properties,
    additionalProperties: false,
    example,
  };
}

/** A page of a list. */
export function pageSchema(name: string): object {
  return {
    type: 'object',
    required: ['data', 'next_cursor'],
    additionalProperties: false,
    properties: {
      data: { type: 'array', items: { $ref: `#/components/schemas/${name}` } },
      next_cursor: {
        type: ['string', 'null'],
        description: 'give it as `cursor` for the next page; null on the last one',
      },
    },
  };
}

export function ref(name: string): { $ref: string } {
  return { $ref: `#/components/schemas/${name}` };
}

/** The query parameters of every list. */
export const limitParameter = {
  name: 'limit',
  required: false,
  schema: { type: 'integer', minimum: 1, maximum: 200, default: 50 },
} as const;
export const cursorParameter = {
  name: 'cursor',
  required: false,
  description: '`next_cursor` of the page before',
  schema: { type: 'string' },
} as const;
