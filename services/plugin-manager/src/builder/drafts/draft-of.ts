import type { Action, Auth, Field, Part, ResponseMap } from '@made-open/http-manifest';
import { notFound } from '../../errors.ts';
import type { BuilderInput, Setting } from '../input/builder-input.ts';
import { isSecretLooking } from '../input/settings.ts';
import {
  listOf,
  membersOf,
  textOf,
  type Members,
  type OpenApi,
  type Operation,
} from './read-open-api.ts';

/** What an operation is to be. */
export interface WantedOperation {
  readonly operation: string;
  readonly action: string;
}

const maxDepth = 6;

/** A beginning for the wizard: address, authentication, and the chosen operations as actions. */
export function draftOf(api: OpenApi, wanted: readonly WantedOperation[]): BuilderInput {
  const chosen = wanted.map(({ operation, action }) => ({
    action,
    operation: findOperation(api, operation),
  }));
  const actions = chosen.map(
    ({ action, operation }) => [action, actionOf(api, operation)] as const,
  );
  const capabilities = wanted.map(({ action }) => action);
  const isMessaging = capabilities.some((name) => name.endsWith('_message'));
  return {
    basics: {
      id: idOf(api.title),
      name: api.title.replaceAll(/\p{C}/gu, ' ').trim().slice(0, 100) || 'New provider',
      version: '1.0.0',
      ...(isMessaging ? { categories: ['messaging'] } : {}),
    },
    target: 'http',
    connection: { ...addressOf(api), auth: authOf(api) },
    settings: settingsIn(JSON.stringify(actions)),
    capabilities,
    actions: Object.fromEntries(actions),
  };
}

/** Settings that the actions name; each has to be given. */
function settingsIn(text: string): readonly Setting[] {
  const keys = [...text.matchAll(/settings\.([a-z][a-z0-9_]*)/gu)].map(([, key = '']) => key);
  return [...new Set(keys)].map((key) => ({ key, type: 'string', required: true }));
}

function findOperation({ operations }: OpenApi, id: string): Operation {
  const found = operations.find((each) => each.id === id);
  if (found === undefined) throw notFound('operation', id);
  return found;
}

function idOf(title: string): string {
  const words = title.toLowerCase().replaceAll(/[^a-z0-9]+/gu, '-');
  return (
    words
      .replaceAll(/^-+|-+$/gu, '')
      .slice(0, 60)
      .replace(/-+$/u, '') || 'new-provider'
  );
}

function addressOf({ servers }: OpenApi): { base_url?: string } {
  const found = servers.find((url) => url.startsWith('https://') && !url.includes('{'));
  return found === undefined ? {} : { base_url: found.replace(/\/$/u, '') };
}

function authOf({ securitySchemes, security, resolve }: OpenApi): Auth {
  const named = listOf(security).flatMap((each) => Object.keys(membersOf(each)));
  const [name = ''] = [...named, ...Object.keys(securitySchemes)];
  return schemeOf(resolve(securitySchemes[name]));
}

function schemeOf(scheme: Members): Auth {
  const { type, scheme: http, in: place, name } = scheme;
  if (type === 'http')
    return textOf(http).toLowerCase() === 'basic'
      ? { scheme: 'basic', username: 'creds.username', password: 'creds.password' }
      : { scheme: 'bearer', token: 'creds.api_key' };
  if (type === 'apiKey')
    return place === 'query'
      ? { scheme: 'api_key_query', query_name: textOf(name), value: 'creds.api_key' }
      : { scheme: 'api_key_header', header_name: textOf(name), value: 'creds.api_key' };
  return type === 'oauth2' ? oauthOf(scheme) : { scheme: 'none' };
}

function oauthOf(scheme: Members): Auth {
  const flow = membersOf(membersOf(scheme['flows'])['clientCredentials']);
  const { tokenUrl } = flow;
  if (typeof tokenUrl !== 'string') return { scheme: 'bearer', token: 'creds.access_token' };
  return {
    scheme: 'oauth2_client_credentials',
    token_url: tokenUrl,
    client_id: 'creds.client_id',
    client_secret: 'creds.client_secret',
    scopes: Object.keys(membersOf(flow['scopes'])),
  };
}

function actionOf(api: OpenApi, { method, path, definition, parameters }: Operation): Action {
  const names = [...path.matchAll(/\{([^{}]+)\}/gu)].map(([, name = '']) => name);
  const url = names.reduce((text, name) => text.replace(`{${name}}`, `{${snake(name)}}`), path);
  const query = parameters
    .filter((each) => each['in'] === 'query' && each['required'] === true)
    .map((each): Field => ({
      name: textOf(each['name']),
      value: templateOf(textOf(each['name'])),
    }));
  const body = bodyOf(api, definition);
  return {
    method,
    url,
    ...(names.length === 0
      ? {}
      : { path_params: names.map((name) => ({ name: snake(name), source: sourceOf(name) })) }),
    ...(query.length === 0 ? {} : { query }),
    ...(body === undefined ? {} : { body }),
    response: responseOf(api, definition),
  };
}

function bodyOf({ resolve }: OpenApi, definition: Members): Action['body'] {
  const content = resolve(resolve(definition['requestBody'])['content']);
  const schemaFor = (type: string): Members | undefined =>
    content[type] === undefined ? undefined : resolve(resolve(content[type])['schema']);
  const multipart = schemaFor('multipart/form-data');
  if (multipart !== undefined) return { kind: 'multipart', parts: partsOf(multipart, resolve) };
  const json = schemaFor('application/json');
  if (json !== undefined) return { kind: 'json', json: jsonOf(json, resolve, maxDepth) };
  const form = schemaFor('application/x-www-form-urlencoded');
  if (form !== undefined) return { kind: 'form', fields: propertiesOf(form, resolve).map(fieldOf) };
  return content['application/pdf'] === undefined
    ? undefined
    : { kind: 'binary', file: 'file', content_type: 'application/pdf' };
}

interface Property {
  readonly name: string;
  readonly schema: Members;
  readonly isRequired: boolean;
}

function propertiesOf(schema: Members, resolve: OpenApi['resolve']): readonly Property[] {
  const required = listOf(schema['required']);
  return Object.entries(resolve(schema['properties']))
    .slice(0, 60)
    .map(([name, value]) => ({
      name,
      schema: resolve(value),
      isRequired: required.includes(name),
    }));
}

function partsOf(schema: Members, resolve: OpenApi['resolve']): readonly Part[] {
  return propertiesOf(schema, resolve).flatMap((property): Part[] => {
    if (isFile(property.schema)) return [{ name: property.name, file: 'file' }];
    return property.isRequired || isKnown(property.name) ? [fieldOf(property)] : [];
  });
}

function isFile({ format, contentMediaType, items }: Members): boolean {
  return (
    format === 'binary' ||
    typeof contentMediaType === 'string' ||
    membersOf(items)['format'] === 'binary'
  );
}

function fieldOf({ name, isRequired }: Property): Field {
  return { name, value: templateOf(name), ...(isRequired ? {} : { omit_empty: true }) };
}

/** What has to be there, and what a fax is known by. */
function jsonOf(schema: Members, resolve: OpenApi['resolve'], depth: number): unknown {
  const wanted = propertiesOf(schema, resolve).filter(
    ({ name, isRequired }) => isRequired || isKnown(name),
  );
  return Object.fromEntries(
    wanted.map(({ name, schema: inner }) => [name, valueOf(name, inner, resolve, depth)]),
  );
}

// oxlint-disable-next-line max-params -- one level of a tree: what it is called, is, may refer to, and how deep it lies
function valueOf(
  name: string,
  schema: Members,
  resolve: OpenApi['resolve'],
  depth: number,
): unknown {
  const { type, default: preset, enum: choices } = schema;
  if (preset !== undefined) return preset;
  if (Array.isArray(choices)) return choices[0];
  if (depth > 0 && type === 'object') return jsonOf(schema, resolve, depth - 1);
  if (depth > 0 && type === 'array')
    return [valueOf(name, resolve(schema['items']), resolve, depth - 1)];
  return templateOf(name);
}

/** What fields are usually called. */
const usual: readonly (readonly [RegExp, string])[] = [
  [/^(to|recipients?|fax_?number|destination|to_?number|phone_?number)$/iu, 'to'],
  [/^(from|caller_?id|sender|from_?number)$/iu, 'from'],
  [/^(callback_?url|status_?callback|webhook_?url|notify_?url)$/iu, 'callback_url'],
  [/^(media_?url|content_?url|file_?url|document_?url)$/iu, 'file.url'],
  [/^(file_?name)$/iu, 'file.name'],
  [/^(subject|title)$/iu, 'subject'],
  [/^(body|text|message|content)$/iu, 'body'],
];

function isKnown(name: string): boolean {
  return usual.some(([form]) => form.test(name));
}

/** A value of the call, or a setting that has to be given. */
function templateOf(name: string): string {
  const found = usual.find(([form]) => form.test(name));
  return found === undefined ? `{{ settings.${settingKey(name)} }}` : `{{ ${found[1]} }}`;
}

/** Settings are not secret, and none is called as if it were. */
function settingKey(name: string): string {
  const key = snake(name);
  return isSecretLooking(key) ? `parameter_${String(key.length)}` : key;
}

function sourceOf(name: string): string {
  const plain = snake(name);
  if (
    /^(fax_?)?(id|sid|job_?id|fax)$|_(id|sid)$/u.test(plain) &&
    !/account|project|user|org/u.test(plain)
  )
    return 'provider_job_id';
  return isSecretLooking(plain) ? `creds.${plain}` : `settings.${plain}`;
}

function snake(name: string): string {
  const words = name.replaceAll(/([a-z0-9])([A-Z])/gu, '$1_$2').toLowerCase();
  return (
    words
      .replaceAll(/[^a-z0-9]+/gu, '_')
      .replaceAll(/^_+|_+$/gu, '')
      .replace(/^(?=\d)/u, 'n') || 'value'
  );
}

/** Where an answer has an id and a state, as far as its schema says. */
function responseOf({ resolve }: OpenApi, definition: Members): ResponseMap {
  const responses = resolve(definition['responses']);
  const [good] = Object.keys(responses).filter((code) => code.startsWith('2'));
  const content = resolve(resolve(responses[good ?? ''])['content']);
  const schema = resolve(resolve(content['application/json'])['schema']);
  const [id, state] = [
    pathTo(schema, /^(id|sid|fax_?id|job_?id|message_?id|uuid)$/iu, resolve, 3),
    pathTo(schema, /^(status|state)$/iu, resolve, 3),
  ];
  return {
    ...(id === undefined ? {} : { job_id: id }),
    ...(state === undefined ? {} : { status: state }),
    default_status: 'queued',
  };
}

// oxlint-disable-next-line max-params -- one level of a tree again
function pathTo(
  schema: Members,
  form: RegExp,
  resolve: OpenApi['resolve'],
  depth: number,
): string | undefined {
  const properties = propertiesOf(schema, resolve);
  const here = properties.find(({ name }) => form.test(name));
  if (here !== undefined) return here.name;
  if (depth === 0) return undefined;
  for (const { name, schema: inner } of properties) {
    const found = pathTo(inner, form, resolve, depth - 1);
    if (found !== undefined) return `${name}.${found}`;
  }
  return undefined;
}
