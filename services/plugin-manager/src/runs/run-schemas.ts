import { kinds, objectSchema, pageSchema } from '../problem-schema.ts';

const { text, time, count, orNull } = kinds;
const part = { type: ['object', 'null'] };

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
        enum: ['queued', 'running', 'completed', 'failed', 'parked', 'unknown'],
      },
      trigger: text,
      epoch: count,
      attempt: count,
      slice: count,
      queued_at: orNull(time),
      started_at: orNull(time),
      finished_at: orNull(time),
      counts: part,
      usage: part,
      error: part,
      sweep_held: { type: 'boolean', description: 'too much would be deleted: a person decides' },
    },
    {
      id: '0b8a2c5e-1d7f-4c7b-8a36-5e2f9d1c7b44',
      connection_id: '3f1c9f0e-7a5d-4b0e-9b1e-0d7f2b9a6c11',
      plugin_id: 'com.example.my-connector',
      space_id: 'default',
      state: 'queued',
      trigger: 'manual',
      epoch: 12,
      attempt: 0,
      slice: 1,
      queued_at: '2026-11-21T06:00:00.000Z',
      started_at: null,
      finished_at: null,
      counts: null,
      usage: null,
      error: null,
      sweep_held: false,
    },
  ),
  RunPage: pageSchema('Run'),
  RequestedRun: {
    type: 'object',
    required: ['run', 'already_running'],
    additionalProperties: false,
    properties: {
      run: { $ref: '#/components/schemas/Run' },
      already_running: { type: 'boolean', description: 'the run that was open already' },
    },
  },
  LogLine: objectSchema(
    {
      at: time,
      level: { type: 'string', enum: ['info', 'warn', 'error'] },
      message: text,
      fields: { type: 'object' },
    },
    { at: '2026-11-21T06:00:01.000Z', level: 'info', message: 'page read', fields: { items: 100 } },
  ),
  LogPage: pageSchema('LogLine'),
  QuarantinedItem: objectSchema(
    {
      id: text,
      connection_id: text,
      run_id: text,
      type: text,
      external_id: text,
      reason: text,
      created_at: text,
    },
    {
      id: '41',
      connection_id: '3f1c9f0e-7a5d-4b0e-9b1e-0d7f2b9a6c11',
      run_id: '0b8a2c5e-1d7f-4c7b-8a36-5e2f9d1c7b44',
      type: 'person',
      external_id: '17',
      reason: 'display_name must be text',
      created_at: '2026-11-21T06:00:01.000Z',
    },
  ),
  QuarantinePage: pageSchema('QuarantinedItem'),
  SweepResult: objectSchema({ deleted: count }, { deleted: 250 }),
};
