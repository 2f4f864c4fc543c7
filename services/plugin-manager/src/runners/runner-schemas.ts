import { kinds, objectSchema, pageSchema } from '../problem-schema.ts';

const { text, time, count, orNull } = kinds;

/** Schemas of what the routes of runners answer. */
export const runnerSchemas = {
  Runner: objectSchema(
    {
      plugin_id: text,
      version: text,
      state: { type: 'string', enum: ['running', 'idle', 'waiting', 'crashed'] },
      pid: orNull(count),
      started_at: orNull(time),
      crashes: count,
      last_fault: orNull(text),
    },
    {
      plugin_id: 'com.example.my-connector',
      version: '0.1.0',
      state: 'running',
      pid: 4711,
      started_at: '2026-11-21T06:00:00.000Z',
      crashes: 0,
      last_fault: null,
    },
  ),
  RunnerPage: pageSchema('Runner'),
};
