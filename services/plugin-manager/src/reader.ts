import { Ajv2020, type ErrorObject, type ValidateFunction } from 'ajv/dist/2020.js';
import { RequestError } from './errors.ts';
import { readCursor, type PageRequest } from './page.ts';

/** What a request may hold: one JSON Schema that checks it and describes it in OpenAPI. */
export interface Shape<T> {
  readonly schema: object;
  /** Throws with every fault, without values. */
  read(value: unknown): T;
}

type Properties = Readonly<Record<string, object>>;

const bodies = new Ajv2020({ allErrors: true, useDefaults: true, strict: false });
const queries = new Ajv2020({ allErrors: true, coerceTypes: true, strict: false });

/** The shape of a JSON body; unknown fields are refused. The example shows in OpenAPI. */
export function bodyShape<T>(
  properties: Properties,
  required: readonly string[],
  example: Partial<T>,
): Shape<T> {
  const schema = { type: 'object', properties, required, additionalProperties: false };
  const check = bodies.compile<T>(schema);
  return {
    schema: { ...schema, example },
    // Defaults are filled in, and the caller's own object is not ours to change.
    read: (value) => checked(check, structuredClone(shallow(value ?? {})), 'body'),
  };
}

/** The shape of a query; unknown parameters are refused. */
export function queryShape<T>(properties: Properties): Shape<T> {
  const schema = { type: 'object', properties, additionalProperties: false };
  const check = queries.compile<T>(schema);
  return { schema, read: (value) => checked(check, structuredClone(value ?? {}), 'query') };
}

/** Which space something is of. */
export const spaceField = { type: 'string', pattern: '^[a-z0-9-]{1,64}$', default: 'default' };
export const spaceParameter = { name: 'space_id', required: false, schema: spaceField } as const;

/** A list's query: `limit`, `cursor` and what it may be narrowed by. */
export interface ListQuery {
  readonly page: PageRequest;
  readonly filters: Readonly<Record<string, string>>;
}

/** Of a body. */
const maxLevels = 80;
const maxPage = 200;
const defaultPage = 50;
export const cursorField = {
  type: 'string',
  maxLength: 600,
  description: '`next_cursor` of the page before',
};
const pageParameters = {
  limit: { type: 'integer', minimum: 1, maximum: maxPage, default: defaultPage },
  cursor: cursorField,
};

/** The shape of a list's query; unknown parameters are refused. */
export function listShape(filters: Properties = {}): Shape<ListQuery> {
  const properties: Properties = { ...pageParameters, ...filters };
  const schema = { type: 'object', properties, additionalProperties: false };
  const check = queries.compile<{ limit?: number; cursor?: string }>(schema);
  return {
    schema,
    read: (value) => {
      const { limit, cursor, ...rest } = checked(check, structuredClone(value ?? {}), 'query');
      return {
        page: { limit: limit ?? defaultPage, after: readCursor(cursor) },
        filters: Object.fromEntries(
          Object.entries(rest).map(([name, text]) => [name, String(text)]),
        ),
      };
    },
  };
}

/** Level by level: what takes a body in hand afterwards calls itself for each. */
function shallow(body: unknown): unknown {
  let members = [body];
  for (let level = 0; level <= maxLevels && members.length > 0; level++)
    members = members.flatMap((member) =>
      typeof member === 'object' && member !== null ? Object.values(member) : [],
    );
  if (members.length === 0) return body;
  const fault = `the body is nested deeper than ${String(maxLevels)} levels`;
  throw new RequestError('request.invalid', 422, `the body of the request is not valid: ${fault}`, {
    errors: [fault],
  });
}

function checked<T>(check: ValidateFunction<T>, value: unknown, what: string): T {
  if (check(value)) return value;
  const errors = (check.errors ?? []).map((fault) => explain(what, fault));
  throw new RequestError(
    'request.invalid',
    what === 'body' ? 422 : 400,
    `the ${what} of the request is not valid: ${errors[0] ?? ''}`,
    { errors },
  );
}

function explain(what: string, fault: ErrorObject): string {
  const place = fault.instancePath.replaceAll('/', '.').replace(/^\./u, '') || `the ${what}`;
  if (fault.keyword === 'required')
    return `${place} lacks "${String(fault.params['missingProperty'])}"`;
  if (fault.keyword === 'additionalProperties')
    return `${place} has the unknown field "${String(fault.params['additionalProperty']).slice(0, 100)}"`;
  if (fault.keyword === 'enum')
    return `${place} must be one of ${JSON.stringify(fault.params['allowedValues'])}`;
  return `${place} ${fault.message ?? 'is not valid'}`;
}
