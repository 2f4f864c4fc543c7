import { kinds, objectSchema, pageSchema } from '../problem-schema.ts';
import { importStates } from './manifest-store.ts';

const { text, texts, time, orNull } = kinds;
const flag = { type: 'boolean' };
const fault = {
  type: 'object',
  required: ['pointer', 'message'],
  properties: {
    pointer: { ...text, description: 'RFC 6901' },
    message: text,
    code: { ...text, description: 'for faults that programs tell apart' },
  },
};
const faults = { type: 'array', items: fault };
const report = {
  type: 'object',
  required: ['errors', 'warnings', 'dangers', 'proposed_domains', 'needs_approval', 'runnable'],
  properties: {
    errors: { ...faults, description: 'why it does not run' },
    warnings: { ...faults, description: 'what works otherwise than its author may think' },
    dangers: { ...faults, description: 'what those who approve it should look at' },
    proposed_domains: { ...texts, description: 'hosts of its URLs, where it names none' },
    needs_approval: flag,
    runnable: flag,
  },
};
const sampleReport = {
  errors: [],
  warnings: [{ pointer: '/version', message: 'there is no version: it is 1.0.0 here' }],
  dangers: [],
  proposed_domains: [],
  needs_approval: false,
  runnable: true,
};

const importResult = objectSchema(
  {
    id: text,
    original_id: { ...text, description: 'as the manifest has it' },
    name: text,
    state: { type: 'string', enum: [...importStates, 'refused'] },
    detail: { ...text, description: 'what that means' },
    code: { ...orNull(text), description: 'why it was refused' },
    version: orNull(text),
    digest: { ...orNull(text), description: 'of the version' },
    report,
  },
  {
    id: 'acmefax',
    original_id: 'AcmeFAX',
    name: 'Acme Fax',
    state: 'stored',
    detail: 'imported; its version waits for approval like any other',
    code: null,
    version: '1.0.0',
    digest: '9f2b7c15d7f64e8f1c9a5b3e7d2c4f60a1b8d9e3c5f7a2b4d6e8f0a1c3e5b7d9',
    report: sampleReport,
  },
);

const importedFields = {
  id: text,
  original_id: text,
  digest: { ...text, description: 'SHA-256 of the original' },
  state: { type: 'string', enum: importStates },
  version: { ...orNull(text), description: 'that was made of it' },
  report,
  imported_at: time,
};
const importedSample = {
  id: 'acmefax',
  original_id: 'AcmeFAX',
  digest: '9f2b7c15d7f64e8f1c9a5b3e7d2c4f60a1b8d9e3c5f7a2b4d6e8f0a1c3e5b7d9',
  state: 'stored',
  version: '1.0.0',
  report: sampleReport,
  imported_at: '2026-11-22T10:00:00.000Z',
};

/** Schemas of what the routes of HTTP manifests answer. */
export const manifestSchemas = {
  ImportResult: importResult,
  ImportResults: {
    type: 'object',
    required: ['data'],
    additionalProperties: false,
    properties: { data: { type: 'array', items: { $ref: '#/components/schemas/ImportResult' } } },
  },
  ImportedManifest: objectSchema(importedFields, importedSample),
  ImportedManifestWhole: objectSchema(
    { ...importedFields, original: { ...text, description: 'as it was given' } },
    { ...importedSample, original: '{"id":"AcmeFAX","actions":{}}' },
  ),
  ImportedManifestPage: pageSchema('ImportedManifest'),
  ManifestPreview: {
    type: 'object',
    required: ['requests', 'problems', 'fixtures'],
    properties: {
      requests: {
        type: 'array',
        items: { type: 'object' },
        description: 'method, url, headers and body as they would go out, with secrets as •••',
      },
      problems: { type: 'array', items: { type: 'object' }, description: 'why one would not' },
      fixtures: {
        type: 'array',
        items: { type: 'object' },
        description: 'what became of the fixtures of the action',
      },
    },
  },
  ManifestCheck: objectSchema(
    {
      valid: flag,
      format: { type: 'string', enum: ['v1', 'legacy'] },
      id: text,
      version: text,
      digest: { ...text, description: 'that a push of exactly this text would have' },
      permissions: { ...texts, description: 'that it would ask for' },
      plugin: { type: 'object', description: 'what it is as a plugin.json' },
      report,
    },
    {
      valid: true,
      format: 'v1',
      id: 'acme-fax',
      version: '1.0.0',
      digest: '9f2b7c15d7f64e8f1c9a5b3e7d2c4f60a1b8d9e3c5f7a2b4d6e8f0a1c3e5b7d9',
      permissions: ['network:outbound:api.acme-fax.example', 'event:publish:communication.*'],
      plugin: { id: 'acme-fax', runtime: 'http' },
      report: { ...sampleReport, warnings: [] },
    },
  ),
};
