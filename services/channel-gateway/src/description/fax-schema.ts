import { faxStates } from '../outbound/faxes/fax.ts';

const text = { type: 'string' };
const textOrNull = { type: ['string', 'null'] };
const time = { type: 'string', format: 'date-time' };
const timeOrNull = { type: ['string', 'null'], format: 'date-time' };
const count = { type: 'integer', minimum: 0 };
const number = { type: 'string', pattern: '^\\+?[0-9]{6,20}$' };
const attributes = {
  type: 'object',
  description: 'Further members that the plugin of the provider knows, given to it as they are.',
  additionalProperties: true,
};

const properties = {
  id: { type: 'string', format: 'uuid' },
  type: { const: 'outbound_fax' },
  state: { enum: [...faxStates] },
  connection_id: text,
  plugin_id: text,
  plugin_version: { ...text, description: 'The version that it was accepted with sends it.' },
  to: text,
  from: textOrNull,
  file: {
    type: ['object', 'null'],
    required: ['file_id', 'name', 'mime_type', 'size_bytes'],
    properties: { file_id: text, name: text, mime_type: text, size_bytes: count },
  },
  attributes,
  job_id: { ...textOrNull, description: 'At the provider.' },
  provider_status: { ...textOrNull, description: 'As the provider calls it.' },
  pages: { type: ['integer', 'null'] },
  attempts: { ...count, description: 'Attempts to send it that were begun.' },
  questions: { ...count, description: 'How often its provider was asked how it stands.' },
  cancelling: { type: 'boolean', description: 'Its provider is asked to cancel it.' },
  test: { type: 'boolean', description: 'Somebody tries out a provider.' },
  error: {
    type: ['object', 'null'],
    required: ['code', 'message'],
    properties: { code: text, message: text },
  },
  requested_by: { ...text, description: 'Id of an API key.' },
  created_at: time,
  updated_at: time,
  next_try_at: timeOrNull,
  sent_at: timeOrNull,
  succeeded_at: timeOrNull,
  href: { type: 'string', format: 'uri-reference' },
};

const requested = {
  to: number,
  from: number,
  connection_id: { ...text, description: 'That of the active provider unless given.' },
  attributes,
  test: { type: 'boolean', description: 'A fax that tries out a provider; it is really sent.' },
  confirm: { ...number, description: 'With `test`: the number of `to` once more.' },
};

export const faxSchemas = {
  Fax: { type: 'object', required: Object.keys(properties), properties },
  FaxRequest: {
    type: 'object',
    required: ['to', 'file_id'],
    properties: { ...requested, file_id: { type: 'string', pattern: '^[0-9a-f]{64}$' } },
    additionalProperties: false,
  },
  FaxForm: {
    type: 'object',
    required: ['to', 'file'],
    properties: {
      ...requested,
      attributes: { type: 'string', description: 'As JSON.' },
      test: { enum: ['true', 'false'] },
      file: { type: 'string', description: 'A PDF, or a text in UTF-8; 10 MiB at most.' },
    },
    additionalProperties: false,
  },
};

const id = '01938c61-0000-7000-8000-000000000003';

export const faxExample = {
  id,
  type: 'outbound_fax',
  state: 'succeeded',
  connection_id: '01938c5e-7b1c-7a52-9a0e-3d1f6b2c4e02',
  plugin_id: 'com.example.fax',
  plugin_version: '1.2.0',
  to: '+442079460000',
  from: null,
  file: {
    file_id: 'ab'.repeat(32),
    name: 'letter.pdf',
    mime_type: 'application/pdf',
    size_bytes: 48_213,
  },
  attributes: {},
  job_id: '854759652',
  provider_status: 'success',
  pages: 2,
  attempts: 1,
  questions: 3,
  cancelling: false,
  test: false,
  error: null,
  requested_by: 'k3J9x0Qw2Lm1',
  created_at: '2026-01-31T08:00:00.000Z',
  updated_at: '2026-01-31T08:01:10.250Z',
  next_try_at: null,
  sent_at: '2026-01-31T08:00:01.250Z',
  succeeded_at: '2026-01-31T08:01:10.250Z',
  href: `/v1/faxes/${id}`,
};

/** As it was accepted. */
export const acceptedFaxExample = {
  ...faxExample,
  state: 'accepted',
  job_id: null,
  provider_status: null,
  pages: null,
  attempts: 0,
  questions: 0,
  updated_at: faxExample.created_at,
  next_try_at: faxExample.created_at,
  sent_at: null,
  succeeded_at: null,
};
