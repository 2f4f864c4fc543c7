import { categories } from '@made-open/http-manifest';

export const idPattern =
  '^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)*$';
export const keyPattern = '^[a-z][a-z0-9_]{0,63}$';
const prerelease = '(0|[1-9]\\d*|\\d*[a-zA-Z-][0-9a-zA-Z-]*)';

const line = (maxLength: number, description: string): object => ({
  type: 'string',
  minLength: 1,
  maxLength,
  pattern: '^\\P{C}*$',
  description,
});
const url = (description: string): object => ({
  type: 'string',
  maxLength: 2000,
  pattern: '^https://[^\\s\\u0000-\\u001f"<>\\\\]+$',
  description,
});
const fields = (properties: object, description: string, required: string[] = []): object => ({
  type: 'object',
  additionalProperties: false,
  required,
  properties,
  description,
});
const list = (items: object, description: string, minItems = 0): object => ({
  type: 'array',
  minItems,
  maxItems: 64,
  items,
  description,
});
const byName = (description: string): object => ({
  type: 'object',
  maxProperties: 32,
  propertyNames: { pattern: keyPattern },
  additionalProperties: { type: 'object' },
  description,
});
const part = (description: string): object => ({ type: 'object', description });

const basics = fields(
  {
    id: {
      type: 'string',
      maxLength: 128,
      pattern: idPattern,
      description: 'lower-case letters, digits and -, for example acme-fax',
    },
    name: line(100, 'what people read, one line of 1 to 100 characters'),
    version: {
      type: 'string',
      maxLength: 64,
      pattern: `^(0|[1-9]\\d*)\\.(0|[1-9]\\d*)\\.(0|[1-9]\\d*)(-${prerelease}(\\.${prerelease})*)?$`,
      description: 'a semantic version, for example 1.0.0',
    },
    description: { type: 'string', maxLength: 2000, description: 'what it is for' },
    author: line(200, 'who answers for it'),
    license: line(100, 'an SPDX identifier, for example Apache-2.0'),
    homepage: url('an https:// URL'),
    learn_more: url('what operators read before they choose it, an https:// URL'),
    categories: list({ enum: categories }, 'outbound unless given', 1),
    kind: { enum: ['cloud', 'self_hosted'] },
    traits: part('what else is to be known of it'),
  },
  'who it is',
  ['id', 'name', 'version'],
);

const connection = fields(
  {
    base_url: url('where paths of the actions begin, for example https://api.example.com/v1'),
    servers: list(part('an address with variables'), 'in place of base_url'),
    allowed_domains: list({ type: 'string', maxLength: 255 }, 'hosts that requests may go to', 1),
    auth: part('how requests prove who sends them; values are never typed here'),
    credentials: list(part('a value that lies in the wallet'), 'what a connection must bring'),
    timeout_ms: { type: 'integer', description: 'of one request as a whole' },
    limits: part('sizes and redirects'),
    rate_limit: part('how many requests in which time'),
    retry: part('when a request is tried again'),
  },
  'where the API is, and how it lets one in',
);

const scalar = { type: ['string', 'number', 'boolean'] };
const setting = fields(
  {
    key: { type: 'string', pattern: keyPattern, description: 'lower-case words joined by _' },
    type: { enum: ['string', 'integer', 'number', 'boolean'] },
    title: line(100, 'what people read'),
    description: { type: 'string', maxLength: 500 },
    default: scalar,
    required: { type: 'boolean' },
    enum: { type: 'array', minItems: 1, maxItems: 64, items: { type: ['string', 'number'] } },
    pattern: { type: 'string', maxLength: 500 },
  },
  'one setting; none is secret',
  ['key', 'type'],
);

/** JSON Schema (draft 2020-12) of what the wizard asks for. */
export const inputSchema = {
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  title: 'Input of the builder',
  type: 'object',
  additionalProperties: false,
  required: ['basics', 'target', 'connection', 'capabilities'],
  properties: {
    basics,
    target: { enum: ['python', 'node', 'http'], description: 'what is made of it' },
    language: { enum: ['typescript', 'javascript'], description: 'of the target node' },
    connection,
    settings: list(setting, 'rows of the settings'),
    config_schema: part('JSON Schema of the settings, in place of rows'),
    capabilities: list({ type: 'string', pattern: keyPattern }, 'what it can do', 1),
    actions: byName('requests by name, as in an HTTP manifest'),
    webhooks: byName('deliveries of the provider by name, as in an HTTP manifest'),
    streams: byName('records to draw by name, as in an HTTP manifest'),
  },
} as const;
