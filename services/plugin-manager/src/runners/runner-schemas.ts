import { kinds, objectSchema, pageSchema } from '../problem-schema.ts';

const { text, time, count, orNull } = kinds;

/** Schemas of what the routes of runners answer. */
export const runnerSchemas = {
  Runner: objectSchema(
    {
      plugin_id: text,
      version: text,
      lane: { type: 'string', enum: ['stable', 'canary'] },
      state: { type: 'string', enum: ['running', 'starting', 'idle', 'waiting', 'crashed'] },
      wanted: count,
      present: count,
      ready: count,
      pinned: orNull(count),
      started_at: orNull(time),
      crashes: count,
      last_fault: orNull(text),
    },
    {
      plugin_id: 'com.example.my-connector',
      version: '0.1.0',
      lane: 'stable',
      state: 'running',
      wanted: 2,
      present: 2,
      ready: 2,
      pinned: null,
      started_at: '2026-11-21T06:00:00.000Z',
      crashes: 0,
      last_fault: null,
    },
  ),
  RunnerPage: pageSchema('Runner'),
};
