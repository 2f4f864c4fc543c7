import { kinds, objectSchema, pageSchema, ref } from '../problem-schema.ts';
import { connectionStates } from './states/connection-state.ts';
import { runSettingFields } from './run-settings.ts';

const { text, texts, time, count, orNull } = kinds;

const fields = {
  id: text,
  plugin_id: text,
  plugin_version: orNull(text),
  name: text,
  space_id: text,
  state: { type: 'string', enum: connectionStates },
  reasons: {
    type: 'array',
    items: ref('Reason'),
    description: 'why it is not active, or what an active one does without',
  },
  schedule: {
    ...text,
    description: 'cron expression; empty for that of the plugin, or hourly',
  },
  time_zone: text,
  schedule_policy: {
    ...runSettingFields.schedule_policy,
    description: 'what differs from what the plugin says; null for nothing',
  },
  request_budget: {
    ...runSettingFields.request_budget,
    description: 'null for that of the plugin',
  },
  config_fields: { ...texts, description: 'names of the fields that are set; no values' },
  config_revision: count,
  is_provider: {
    type: 'boolean',
    description: 'it came with the configuration of its plugin, which its config is changed with',
  },
  last_test: {
    oneOf: [ref('LastTest'), { type: 'null' }],
    description: 'what its last test came to; null before the first',
  },
  created_at: time,
  updated_at: time,
  webhooks: {
    type: 'array',
    items: ref('Webhook'),
    description: 'where its source sends to; none for a plugin that takes nothing in',
  },
};

const example = {
  id: '3f1c9f0e-7a5d-4b0e-9b1e-0d7f2b9a6c11',
  plugin_id: 'com.example.my-connector',
  plugin_version: '0.1.0',
  name: 'My account',
  space_id: 'default',
  state: 'active',
  reasons: [],
  schedule: '',
  time_zone: '',
  schedule_policy: { overlap: 'queue' },
  request_budget: { requests: 600, per_seconds: 60 },
  config_fields: ['apiKey'],
  config_revision: 1,
  is_provider: false,
  last_test: null,
  created_at: '2026-11-21T06:00:00.000Z',
  updated_at: '2026-11-21T06:00:00.000Z',
  webhooks: [],
};

/** Schemas of what the connection routes answer. */
export const connectionSchemas = {
  Connection: objectSchema(fields, example),
  CreatedConnection: objectSchema(
    {
      ...fields,
      webhook_token: {
        ...orNull(text),
        description:
          'part of the address of webhooks that are not signed, shown this once; null where there are none',
      },
    },
    { ...example, webhook_token: null },
  ),
  Reason: objectSchema(
    { code: { ...text, description: 'for programs; does not change' }, message: text },
    {
      code: 'connection.config_field_missing',
      message: 'the config field "apiKey" is missing',
    },
  ),
  ConnectionPage: pageSchema('Connection'),
  DeletedConnection: objectSchema(
    { id: text, plugin_id: text, name: text, space_id: text, deleted_at: time },
    {
      id: '3f1c9f0e-7a5d-4b0e-9b1e-0d7f2b9a6c11',
      plugin_id: 'com.example.my-connector',
      name: 'My account',
      space_id: 'default',
      deleted_at: '2026-11-21T06:00:00.000Z',
    },
  ),
  DeletedConnectionPage: pageSchema('DeletedConnection'),
};
