import { kinds, objectSchema } from '../../problem-schema.ts';
import { actualStates } from '../../providers/actual-state.ts';
import { slotNames } from '../../providers/provider.ts';

const { text, texts, count, orNull } = kinds;
const flag = { type: 'boolean' };
const fields = (properties: Readonly<Record<string, object>>) => ({
  type: 'object' as const,
  required: Object.keys(properties),
  properties,
  additionalProperties: false,
});
const list = (items: object) => ({ type: 'array', items });
const faults = list(
  fields({ pointer: { ...text, description: 'JSON Pointer into the input' }, message: text }),
);
const input = { type: 'object', description: 'as GET /admin/v1/builder/steps describes it' };
const target = { type: 'string', enum: ['python', 'node', 'http'] };

export const exampleInput = {
  basics: { id: 'acme-fax', name: 'Acme Fax', version: '1.0.0' },
  target: 'http',
  connection: {
    base_url: 'https://api.acme.example/v1',
    auth: { scheme: 'bearer', token: 'creds.api_key' },
  },
  settings: [{ key: 'quality', type: 'string', default: 'fine' }],
  capabilities: ['send_fax', 'get_status'],
  actions: {
    send_fax: {
      method: 'POST',
      url: '/faxes',
      body: {
        kind: 'multipart',
        parts: [
          { name: 'to', value: '{{ to }}' },
          { name: 'quality', value: '{{ settings.quality }}' },
          { name: 'file', file: 'file' },
        ],
      },
      response: { job_id: 'id', default_status: 'queued' },
    },
    get_status: {
      method: 'GET',
      url: '/faxes/{job_id}',
      response: { status: 'state', status_map: { sent: 'succeeded', broken: 'failed' } },
    },
  },
} as const;

const differences = fields({
  version: { ...text, description: 'that is installed' },
  is_same: flag,
  changes: list(
    fields({ pointer: text, kind: { type: 'string', enum: ['added', 'removed', 'changed'] } }),
  ),
});

const runner = orNull(fields({ state: text, wanted: count, ready: count }));
const actual = fields({
  state: { type: 'string', enum: actualStates },
  reasons: list({ $ref: '#/components/schemas/Reason' }),
  runner,
});

/** Schemas of what the routes of the builder answer. */
export const builderSchemas = {
  BuilderSteps: objectSchema(
    {
      steps: list(fields({ number: count, name: text, title: text, members: texts })),
      schema: { type: 'object', description: 'JSON Schema of the input' },
      categories: { type: 'object', additionalProperties: texts },
      targets: {
        type: 'object',
        additionalProperties: fields({
          title: text,
          capabilities: { type: ['array', 'null'], items: text },
        }),
      },
    },
    {
      steps: [{ number: 1, name: 'basics', title: 'Basics', members: ['basics'] }],
      schema: { type: 'object' },
      categories: { outbound: ['send_fax', 'get_status'] },
      targets: { http: { title: 'HTTP manifest', capabilities: null } },
    },
  ),
  BuilderCheck: objectSchema(
    {
      is_valid: flag,
      faults,
      warnings: faults,
      taken: { ...orNull(text), description: 'version of the installed plugin of that id' },
    },
    {
      is_valid: false,
      faults: [{ pointer: '/basics/id', message: 'is missing' }],
      warnings: [],
      taken: null,
    },
  ),
  Built: objectSchema(
    {
      id: text,
      version: text,
      target,
      digest: { ...text, description: 'SHA-256 that the installed version will have' },
      files: list(fields({ path: text, content: text, sha256: text })),
      warnings: faults,
      differences: orNull(differences),
    },
    {
      id: 'acme-fax',
      version: '1.0.0',
      target: 'http',
      digest: 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
      files: [
        {
          path: 'config/providers/acme-fax/manifest.json',
          content: '{}',
          sha256: '44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a',
        },
      ],
      warnings: [],
      differences: null,
    },
  ),
  Place: objectSchema(
    {
      directory: text,
      registration: {
        type: 'object',
        additionalProperties: fields({ path: text, sha256: text }),
      },
      slots: list(
        fields({
          slot: { type: 'string', enum: slotNames },
          held_by: { ...orNull(text), description: 'the provider that it would replace' },
        }),
      ),
      missing_credentials: texts,
      missing_settings: texts,
      scopes: fields({ needed: texts, missing: texts }),
      installed: orNull(fields({ version: text, digest: text, is_this: flag, is_active: flag })),
      actual: { ...orNull(actual), description: 'as of the runner and the connection' },
      is_running: { ...flag, description: 'its runner says that exactly this version runs' },
    },
    {
      directory: 'config/providers/acme-fax',
      registration: { 'acme-fax': { path: 'config/providers/acme-fax', sha256: 'e3b0c442…' } },
      slots: [{ slot: 'outbound', held_by: 'phaxio' }],
      missing_credentials: ['api_key'],
      missing_settings: [],
      scopes: { needed: ['admin:plugins:write'], missing: [] },
      installed: null,
      actual: null,
      is_running: false,
    },
  ),
  Presets: objectSchema(
    {
      data: list(
        fields({
          id: text,
          name: text,
          version: text,
          description: text,
          categories: texts,
          capabilities: texts,
          learn_more: orNull(text),
        }),
      ),
    },
    {
      data: [
        {
          id: 'phaxio',
          name: 'Phaxio',
          version: '1.0.0',
          description: 'Sends faxes',
          categories: ['outbound'],
          capabilities: ['send_fax'],
          learn_more: null,
        },
      ],
    },
  ),
  BuilderPreview: objectSchema(
    {
      requests: list({ type: 'object', description: 'with secrets as dots' }),
      problems: list(fields({ code: text, message: text })),
      fixtures: list({ type: 'object', description: 'with `passed` and what differs' }),
    },
    { requests: [], problems: [], fixtures: [] },
  ),
  BuilderInput: objectSchema({ input }, { input: exampleInput }),
  Draft: objectSchema(
    {
      operations: list(fields({ id: text, method: text, path: text, summary: text })),
      input: orNull(input),
    },
    {
      operations: [{ id: 'sendFax', method: 'POST', path: '/faxes', summary: 'Send a fax' }],
      input: null,
    },
  ),
};
