import { kinds, objectSchema, pageSchema } from '../problem-schema.ts';
import { taskKinds, taskStates } from './task.ts';

const { text, time, count, orNull } = kinds;

/** Schemas of what the routes of tasks answer. */
export const taskSchemas = {
  Task: objectSchema(
    {
      id: { ...text, format: 'uuid' },
      connection_id: text,
      run_id: { ...orNull(text), description: 'the run that it is about' },
      kind: { type: 'string', enum: taskKinds },
      state: { type: 'string', enum: taskStates },
      faults: { ...count, description: 'how often in a row its newest step failed' },
      affected: { ...count, description: 'entities or items changed so far' },
      refused: { ...count, description: 'items that still do not fit' },
      error: {
        type: ['object', 'null'],
        required: ['code', 'message'],
        properties: { code: text, message: text },
        additionalProperties: false,
        description: 'why it failed; of one that goes on why its newest step did',
      },
      created_at: time,
      updated_at: time,
    },
    {
      id: '5d1f7b0c-3c7e-4d53-9d0e-7a1c7b7f2e10',
      connection_id: '3f1c9f0e-7a5d-4b0e-9b1e-0d7f2b9a6c11',
      run_id: '0b8a2c5e-1d7f-4c7b-8a36-5e2f9d1c7b44',
      kind: 'sweep',
      state: 'working',
      faults: 0,
      affected: 0,
      refused: 0,
      error: null,
      created_at: '2026-11-21T06:00:00.000Z',
      updated_at: '2026-11-21T06:00:00.000Z',
    },
  ),
  TaskPage: pageSchema('Task'),
  DropResult: objectSchema({ dropped: count }, { dropped: 3 }),
};
