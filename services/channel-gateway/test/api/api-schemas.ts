import { Ajv2020, type ErrorObject } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { openApiDocument } from '../../src/description/open-api.ts';

interface Content {
  readonly content?: Readonly<
    Record<string, { readonly schema: object; readonly example?: unknown }>
  >;
  readonly headers?: Readonly<Record<string, object>>;
}

const document = closed(openApiDocument());
const ajv = addFormats.default(new Ajv2020({ strict: false, allErrors: true }));
ajv.addSchema(document, 'api');

/** What the API's description says that an operation answers with a status. */
export function describedResponse(
  path: string,
  status: number,
  method: 'get' | 'post' | 'delete' = 'get',
): Content {
  const responses = document.paths[path]?.[method]?.responses ?? {};
  const response = (responses[String(status)] ?? {}) as Content & { readonly $ref?: string };
  if (response.$ref === undefined) return response;
  const name = response.$ref.split('/').at(-1) ?? '';
  const { responses: shared } = document['components'] as { responses: Record<string, Content> };
  return shared[name] ?? {};
}

/** What is wrong with a body, compared with its description; also members that the description does not name. */
export function faultsOf(schema: object, body: unknown): (ErrorObject | string)[] {
  const validate = ajv.compile({
    ...inDocument(schema),
    $schema: 'https://json-schema.org/draft/2020-12/schema',
  });
  return validate(body) ? [] : (validate.errors ?? ['?']);
}

/** A copy in which objects have no members beyond those that are described. */
function closed<T>(value: T): T {
  if (Array.isArray(value)) return value.map(closed) as T;
  if (typeof value !== 'object' || value === null) return value;
  const copy = Object.fromEntries(
    Object.entries(value).map(([name, child]: [string, unknown]) => [
      name,
      name === 'example' ? child : closed(child),
    ]),
  );
  const isOpen =
    copy['type'] === 'object' && 'properties' in copy && !('additionalProperties' in copy);
  return (isOpen ? { ...copy, additionalProperties: false } : copy) as T;
}

/** References within the document, as they are from outside of it. */
function inDocument<T>(value: T): T {
  return JSON.parse(JSON.stringify(value).replaceAll('"$ref":"#/', '"$ref":"api#/')) as T;
}
