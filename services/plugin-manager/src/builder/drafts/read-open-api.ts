import { RequestError } from '../../errors.ts';
import { parseDocument } from 'yaml';

/** An OpenAPI document as far as drafts need it; `$ref` within it is followed, nothing is fetched. */
export interface OpenApi {
  readonly title: string;
  readonly version: string;
  readonly servers: readonly string[];
  readonly operations: readonly Operation[];
  readonly securitySchemes: Readonly<Record<string, unknown>>;
  readonly security: unknown;
  readonly resolve: (value: unknown) => Members;
}

export interface Operation {
  /** `operationId`, or else method and path. */
  readonly id: string;
  readonly method: string;
  readonly path: string;
  readonly summary: string;
  readonly definition: Members;
  /** Of the path and of the operation. */
  readonly parameters: readonly Members[];
}

export type Members = Readonly<Record<string, unknown>>;

const maxBytes = 900_000;
const maxOperations = 500;
const maxRefs = 50;
const methods = ['get', 'post', 'put', 'patch', 'delete'];

/** Reads OpenAPI 3.0 or 3.1, as an object or as JSON or YAML text. */
export function readOpenApi(given: unknown): OpenApi {
  const document = membersOf(typeof given === 'string' ? parsed(given) : given);
  const { openapi } = document;
  if (typeof openapi !== 'string' || !/^3\.[01]\./u.test(openapi))
    throw wrong(
      'has no "openapi": "3.0.x" or "3.1.x"; documents of Swagger 2 are to be converted before',
    );
  const resolve = resolverOf(document);
  const components = resolve(document['components']);
  const info = resolve(document['info']);
  return {
    title: textOf(info['title']),
    version: textOf(info['version']),
    servers: listOf(document['servers']).map((server) => textOf(resolve(server)['url'])),
    operations: operationsOf(document, resolve),
    securitySchemes: resolve(components['securitySchemes']),
    security: document['security'],
    resolve,
  };
}

function parsed(text: string): unknown {
  if (text.length > maxBytes) throw wrong(`is longer than ${String(maxBytes)} characters`);
  try {
    if (text.trimStart().startsWith('{')) return JSON.parse(text);
    // Aliases can make little text into much.
    return parseDocument(text, { schema: 'core' }).toJS({ maxAliasCount: 50 });
  } catch (error) {
    throw wrong(
      `is neither JSON nor YAML: ${error instanceof Error ? error.message.slice(0, 200) : ''}`,
    );
  }
}

function operationsOf(document: Members, resolve: OpenApi['resolve']): readonly Operation[] {
  const found: Operation[] = [];
  for (const [path, item] of Object.entries(resolve(document['paths']))) {
    const members = resolve(item);
    for (const method of methods) {
      if (members[method] === undefined) continue;
      if (found.length >= maxOperations) return found;
      const definition = resolve(members[method]);
      const { operationId } = definition;
      found.push({
        id: typeof operationId === 'string' ? operationId : `${method.toUpperCase()} ${path}`,
        method: method.toUpperCase(),
        path,
        summary: textOf(definition['summary']).slice(0, 200),
        definition,
        parameters: [...listOf(members['parameters']), ...listOf(definition['parameters'])].map(
          (each) => resolve(each),
        ),
      });
    }
  }
  return found;
}

/** Follows `#/…` as often as it takes; a circle of references ends. */
function resolverOf(document: Members): OpenApi['resolve'] {
  return (value) => {
    let members = membersOf(value);
    for (let count = 0; typeof members['$ref'] === 'string'; count++) {
      if (count > maxRefs) throw wrong('has references that lead in a circle');
      members = membersOf(valueAt(document, members['$ref']));
    }
    return members;
  };
}

function valueAt(document: Members, reference: string): unknown {
  if (!reference.startsWith('#/'))
    throw wrong(
      `refers to ${JSON.stringify(reference.slice(0, 100))}; only references within the document are followed`,
    );
  let value: unknown = document;
  for (const part of reference.slice(2).split('/')) {
    const name = decodeURIComponent(part).replaceAll('~1', '/').replaceAll('~0', '~');
    const members = membersOf(value);
    value = Object.hasOwn(members, name) ? members[name] : undefined;
  }
  return value;
}

export function membersOf(value: unknown): Members {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? Object.fromEntries(Object.entries(value))
    : {};
}

export function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value.slice(0, 200) : [];
}

export function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

function wrong(reason: string): RequestError {
  return new RequestError('builder.open_api', 422, `the OpenAPI document ${reason}`);
}
