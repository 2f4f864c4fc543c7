import { kinds, objectSchema, pageSchema, ref } from '../problem-schema.ts';

const { text, time, count, orNull } = kinds;
const milliseconds = { type: 'number', minimum: 0 };
const refOrNull = (name: string): object => ({ anyOf: [ref(name), { type: 'null' }] });

const logLineFields = {
  at: time,
  level: { type: 'string', enum: ['info', 'warn', 'error'] },
  message: text,
  fields: { type: 'object' },
};

/** Schemas of what the routes of runs answer. */
export const runSchemas = {
  Run: objectSchema(
    {
      id: text,
      connection_id: text,
      plugin_id: text,
      space_id: text,
      state: {
        type: 'string',
        enum: ['queued', 'running', 'completed', 'failed', 'parked', 'cancelled', 'unknown'],
      },
      kind: {
        type: 'string',
        enum: ['sync', 'remap'],
        description: 'a sync draws from the source, a remap maps again what is stored',
      },
      plugin_version: {
        ...orNull(text),
        description: 'to which its newest command went; null when that is not known',
      },
      lane: {
        type: 'string',
        enum: ['stable', 'canary'],
        description: 'canary: the version is tried out on a share of the runs',
      },
      trigger: text,
      epoch: count,
      attempt: count,
      slice: count,
      queued_at: orNull(time),
      started_at: orNull(time),
      finished_at: orNull(time),
      resumes_at: {
        ...orNull(time),
        description:
          'when a parked run goes on by itself; a sync that is asked for, another version or another config lets it go on at once',
      },
      counts: refOrNull('RunCounts'),
      usage: refOrNull('RunUsage'),
      error: {
        ...refOrNull('RunError'),
        description:
          'why it failed; of an open run why its newest attempt did, or `source.retry_after`',
      },
      sweep_held: { type: 'boolean', description: 'too much would be deleted: a person decides' },
      sweep: { ...refOrNull('Task'), description: 'what was decided on it, and how far that is' },
    },
    {
      id: '0b8a2c5e-1d7f-4c7b-8a36-5e2f9d1c7b44',
      connection_id: '3f1c9f0e-7a5d-4b0e-9b1e-0d7f2b9a6c11',
      plugin_id: 'com.example.my-connector',
      space_id: 'default',
      state: 'queued',
      kind: 'sync',
      plugin_version: '0.1.0',
      lane: 'stable',
      trigger: 'manual',
      epoch: 12,
      attempt: 0,
      slice: 1,
      queued_at: '2026-11-21T06:00:00.000Z',
      started_at: null,
      finished_at: null,
      resumes_at: null,
      counts: null,
      usage: null,
      error: null,
      sweep_held: false,
      sweep: null,
    },
  ),
  RunCounts: objectSchema(
    {
      items: count,
      created: count,
      updated: count,
      deleted: count,
      unchanged: count,
      quarantined: count,
      events: count,
    },
    { items: 7, created: 3, updated: 1, deleted: 0, unchanged: 2, quarantined: 1, events: 4 },
  ),
  RunUsage: objectSchema(
    {
      items: count,
      bytes: { ...count, description: 'of items and events' },
      http_calls: count,
      log_lines: count,
      dropped_log_lines: count,
      events: count,
      cpu_ms: milliseconds,
      wall_ms: milliseconds,
    },
    {
      items: 7,
      bytes: 2140,
      http_calls: 2,
      log_lines: 2,
      dropped_log_lines: 0,
      events: 0,
      cpu_ms: 41.5,
      wall_ms: 380,
    },
  ),
  RunError: objectSchema(
    {
      code: { ...text, description: 'for programs, `sandbox.cpu_limit` for example' },
      message: text,
      stack: text,
      action: { ...orNull(text), description: 'what to do, of a run that has failed' },
    },
    {
      code: 'sandbox.cpu_limit',
      message: 'the run used more CPU than it may',
      stack: '',
      action: 'tell the author, with made-open logs',
    },
  ),
  RunPage: pageSchema('Run'),
  RequestedRun: {
    type: 'object',
    required: ['run', 'already_running'],
    additionalProperties: false,
    properties: {
      run: { $ref: '#/components/schemas/Run' },
      already_running: {
        type: 'boolean',
        description: 'a run of this kind was open already; one that was parked goes on at once',
      },
    },
  },
  LogLine: objectSchema(logLineFields, {
    at: '2026-11-21T06:00:01.000Z',
    level: 'info',
    message: 'page read',
    fields: { items: 100 },
  }),
  LogPage: pageSchema('LogLine'),
  ConnectionLogLine: objectSchema(
    {
      ...logLineFields,
      run_id: { ...text, description: 'of the run or short call, as `/runs/{run}/logs` takes it' },
    },
    {
      at: '2026-11-21T06:00:01.000Z',
      level: 'info',
      message: 'answered',
      fields: { room: 'r1' },
      run_id: '7c1f2d5e-9a0b-4c3d-8e4f-5a6b7c8d9e0f',
    },
  ),
  ConnectionLogPage: pageSchema('ConnectionLogLine'),
  QuarantinedItem: objectSchema(
    {
      id: { ...text, format: 'uuid' },
      connection_id: text,
      run_id: text,
      type: text,
      external_id: text,
      reason: text,
      created_at: time,
    },
    {
      id: '9d3f0c52-6b1e-4f7a-9a40-2c8e5d7b1f36',
      connection_id: '3f1c9f0e-7a5d-4b0e-9b1e-0d7f2b9a6c11',
      run_id: '0b8a2c5e-1d7f-4c7b-8a36-5e2f9d1c7b44',
      type: 'person',
      external_id: '17',
      reason: 'display_name must be text',
      created_at: '2026-11-21T06:00:01.000Z',
    },
  ),
  QuarantinePage: pageSchema('QuarantinedItem'),
  Checkpoint: objectSchema(
    {
      epoch: { ...count, description: 'names the checkpoint' },
      run_id: text,
      saved_at: time,
      size_bytes: count,
      state: {
        type: ['object', 'null'],
        description: 'what the plugin saved, as `state`; null when it is larger than 16 KiB',
      },
      is_current: {
        type: 'boolean',
        description: 'the next run under the active version goes on from it',
      },
      version: { ...count, description: '`checkpointVersion` of the plugin version that saved it' },
    },
    {
      epoch: 12,
      run_id: '0b8a2c5e-1d7f-4c7b-8a36-5e2f9d1c7b44',
      saved_at: '2026-11-21T06:00:01.000Z',
      size_bytes: 24,
      state: { state: { page: 7 } },
      is_current: true,
      version: 1,
    },
  ),
  CheckpointPage: pageSchema('Checkpoint'),
};
