import { authDefinitions } from './auth-schema.ts';
import {
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
import { requestDefinitions, requestTimeout } from './request-schema.ts';
import { responseDefinitions } from './response-schema.ts';
import { streamDefinitions } from './stream-schema.ts';
import { webhookDefinitions } from './webhook-schema.ts';

export const categories = [
  'outbound',
  'inbound',
  'storage',
  'auth',
  'messaging',
  'connector',
] as const;

const label = '[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?';
const prerelease = '(0|[1-9]\\d*|\\d*[a-zA-Z-][0-9a-zA-Z-]*)';
const page = (description: string): Schema =>
  text(description, { max: 500, pattern: '^https://[^\\s\\u0000-\\u001f"<>\\\\]+$' });

const about: Readonly<Record<string, Schema>> = {
  manifest_version: exactly(1, 'version of this format'),
  legacy: {
    const: true,
    description: 'made of a manifest of Faxbot; set by the import alone',
  },
  id: text('name of the provider: lower-case letters, digits and -, for example `phaxio`', {
    min: 1,
    max: 63,
    pattern: `^${label}(\\.${label})*$`,
  }),
  name: line('what people call it', 100),
  version: text('semantic version, for example `1.2.0`', {
    max: 64,
    pattern: `^(0|[1-9]\\d*)\\.(0|[1-9]\\d*)\\.(0|[1-9]\\d*)(-${prerelease}(\\.${prerelease})*)?$`,
  }),
  description: text('what it does'),
  author: line('who wrote this manifest'),
  license: line('SPDX identifier, for example `MIT`', 100),
  homepage: page('an https:// URL'),
  learn_more: page('what operators read before they choose it, an https:// URL'),
  kind: oneOf('who runs the API', ['cloud', 'self_hosted']),
  categories: {
    ...list('what it is for; each needs one of its capabilities', oneOf('a category', categories), {
      min: 1,
      max: 6,
    }),
    uniqueItems: true,
  },
  capabilities: {
    ...list('what it can do, for example `send_fax`', word('a capability'), { min: 1, max: 32 }),
    uniqueItems: true,
  },
  traits: free('further facts, which nothing here reads'),
};

const settings: Readonly<Record<string, Schema>> = {
  config_schema: free('JSON Schema (2020-12) of the settings; none of them is secret'),
  credentials: list('what a connection brings from the wallet', ref('Credential')),
  servers: list('base URLs; paths belong to the first', ref('Server'), { max: 8 }),
  allowed_domains: {
    ...list(
      'hosts that requests may go to, and none else',
      text('`api.example.com`, `*.example.com` for one label more, `api.example.com:8443`', {
        max: 253,
        pattern:
          '^(\\*\\.)?([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\\.)+[a-z][a-z0-9-]{0,61}[a-z0-9](:[1-9][0-9]{0,4})?$',
      }),
      { min: 1, max: 32 },
    ),
    uniqueItems: true,
  },
  auth: ref('Auth', 'nothing unless given'),
  timeout_ms: requestTimeout,
  limits: object('limits of one request', {
    max_request_bytes: whole('of its body', 1, 52_428_800),
    max_response_bytes: whole('of its answer', 1, 10_485_760),
    max_redirects: whole('that are followed within the allowed hosts; 0 unless given', 0, 3),
  }),
  rate_limit: ref('RateLimit'),
  retry: ref('Retry', 'of every action that has none of its own'),
};

const work: Readonly<Record<string, Schema>> = {
  actions: map('what it can be asked to do, by name', ref('Action'), word('name of an action')),
  webhooks: {
    ...map(
      'what the provider sends by itself, by name',
      ref('Webhook'),
      text('last part of its address', {
        max: 63,
        pattern: '^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$',
      }),
    ),
    maxProperties: 8,
  },
  streams: map('records that are drawn, by name', ref('Stream'), word('name of a stream')),
};

/** JSON Schema (2020-12) of an HTTP manifest, version 1. */
export const httpManifestSchema = {
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  $id: 'urn:made-open:http-manifest:v1',
  title: 'Made Open HTTP manifest, version 1',
  ...object(
    "A document that describes a provider's HTTP API.",
    { ...about, ...settings, ...work },
    ['manifest_version', 'id', 'name', 'version', 'categories', 'capabilities', 'allowed_domains'],
  ),
  anyOf: [{ required: ['actions'] }, { required: ['webhooks'] }, { required: ['streams'] }],
  $defs: {
    Credential: object(
      'Something that a connection must bring besides its settings; its value lies in the wallet.',
      {
        name: word('`creds.<name>` refers to it'),
        title: line('what people call it', 100),
        secret: flag('true unless given'),
        required: flag('true unless given'),
        pattern: text('regular expression (RE2) of its values', { max: 500 }),
      },
      ['name'],
    ),
    Server: object(
      'A base URL.',
      {
        url: text('https:// URL with `{name}` for variables', {
          max: 500,
          pattern: '^https://[^\\s\\u0000-\\u001f"<>\\\\#@?]+$',
        }),
        variables: map(
          'values of `{name}`, taken from the settings of the same names',
          ref('ServerVariable'),
          word('name of a variable'),
        ),
      },
      ['url'],
    ),
    ServerVariable: object('What a variable of a server may be.', {
      default: text('when the settings have none', { max: 253 }),
      enum: list('every value that it may have', text('a value', { max: 253 }), { min: 1 }),
      pattern: text('regular expression (RE2) that the whole value matches', { max: 500 }),
    }),
    ...authDefinitions,
    ...requestDefinitions,
    ...responseDefinitions,
    ...webhookDefinitions,
    ...streamDefinitions,
  },
};
