import { kinds, objectSchema, pageSchema } from '../problem-schema.ts';
import { slotNames } from './provider.ts';
import { actualStates } from './actual-state.ts';

const { text, texts, count, orNull } = kinds;
const flag = { type: 'boolean' };
const slot = { type: 'string', enum: slotNames };
const slots = { type: 'array', items: slot };
const missing = { ...texts, description: 'config fields that it cannot do without' };

const providerConfig = objectSchema(
  {
    plugin_id: text,
    space_id: text,
    connection_id: { ...orNull(text), description: 'its connection, once it was configured' },
    enabled: flag,
    is_configured: flag,
    missing,
    settings: { type: 'object', description: 'with the defaults of configSchema' },
    credentials: {
      type: 'object',
      additionalProperties: orNull(text),
      description: 'a mask for each that the wallet has, null for each that it has not',
    },
    slots: { ...slots, description: 'that it has' },
    revision: count,
    config_schema: { type: 'object' },
  },
  {
    plugin_id: 'com.example.fax',
    space_id: 'default',
    connection_id: '3f1c9f0e-7a5d-4b0e-9b1e-0d7f2b9a6c11',
    enabled: true,
    is_configured: false,
    missing: ['api_key'],
    settings: { region: 'eu' },
    credentials: { api_key: null },
    slots: ['outbound'],
    revision: 3,
    config_schema: { type: 'object' },
  },
);

const actual = {
  type: 'object',
  required: ['state', 'reasons', 'runner'],
  additionalProperties: false,
  properties: {
    state: { type: 'string', enum: actualStates },
    reasons: { type: 'array', items: { $ref: '#/components/schemas/Reason' } },
    runner: {
      type: ['object', 'null'],
      required: ['state', 'wanted', 'ready'],
      additionalProperties: false,
      properties: { state: text, wanted: count, ready: count },
    },
  },
};

const providerPlugin = objectSchema(
  {
    id: text,
    name: text,
    version: text,
    type: text,
    categories: texts,
    capabilities: texts,
    learn_more: orNull(text),
    enabled: { ...flag, description: 'as the operator wants it' },
    actual: { ...actual, description: 'as it is' },
    configurable: flag,
    is_configured: flag,
    missing,
    slots: { ...slots, description: 'that it has' },
  },
  {
    id: 'com.example.fax',
    name: 'Example Fax',
    version: '1.0.0',
    type: 'channel',
    categories: ['outbound'],
    capabilities: ['send_fax', 'get_status'],
    learn_more: null,
    enabled: true,
    actual: {
      state: 'running',
      reasons: [],
      runner: { state: 'running', wanted: 1, ready: 1 },
    },
    configurable: true,
    is_configured: true,
    missing: [],
    slots: ['outbound'],
  },
);

/** Schemas of what the routes of providers answer. */
export const providerSchemas = {
  ProviderConfig: providerConfig,
  ProviderPlugin: providerPlugin,
  ProviderPlugins: objectSchema(
    { items: { type: 'array', items: { $ref: '#/components/schemas/ProviderPlugin' } } },
    { items: [] },
  ),
  Slot: objectSchema(
    {
      slot,
      space_id: text,
      plugin_id: { ...orNull(text), description: 'null: nobody has it' },
      connection_id: orNull(text),
      revision: count,
      missing,
    },
    {
      slot: 'outbound',
      space_id: 'default',
      plugin_id: 'com.example.fax',
      connection_id: '3f1c9f0e-7a5d-4b0e-9b1e-0d7f2b9a6c11',
      revision: 3,
      missing: [],
    },
  ),
  SlotPage: pageSchema('Slot'),
  ImportedSlots: {
    type: 'object',
    required: ['data', 'notes'],
    additionalProperties: false,
    properties: {
      data: { type: 'array', items: { $ref: '#/components/schemas/Slot' } },
      notes: { ...texts, description: 'what of the file was left out, and why' },
    },
  },
  SlotsFile: objectSchema(
    {
      version: { const: 1 },
      providers: {
        type: 'object',
        additionalProperties: {
          type: 'object',
          required: ['plugin', 'enabled', 'settings'],
          additionalProperties: false,
          properties: { plugin: orNull(text), enabled: flag, settings: { type: 'object' } },
        },
      },
    },
    {
      version: 1,
      providers: { outbound: { plugin: 'phaxio', enabled: true, settings: {} } },
    },
  ),
};
