import { kinds, objectSchema, ref } from '../problem-schema.ts';
import { checkNames, checkResults, remedies } from './connection-test.ts';

const { text, time, count, orNull } = kinds;

const outcome = {
  id: { ...text, description: 'its log is at `/admin/v1/runs/{id}/logs`' },
  at: { ...time, description: 'when it was over' },
  ok: { type: 'boolean' },
  code: { ...orNull(text), description: 'why it failed, for programs; null when it is ok' },
  message: { ...text, description: 'what it came to, and what to do' },
};
const example = {
  id: '0b9d4c1e-52f7-4a6e-8f0c-3f1c9f0e7a5d',
  at: '2026-11-21T06:00:00.000Z',
  ok: false,
  code: 'http.status',
  message:
    'HTTP 401: the source does not accept the account; give the connection a config with what lets it in',
};

/** Schemas of tests of connections. */
export const connectionTestSchemas = {
  LastTest: objectSchema(outcome, example),
  TestCheck: objectSchema(
    {
      what: { type: 'string', enum: checkNames },
      result: { type: 'string', enum: checkResults },
      message: text,
    },
    { what: 'version', result: 'passed', message: 'version 0.1.0 is active' },
  ),
  ConnectionTest: objectSchema(
    {
      ...outcome,
      remedy: {
        type: ['string', 'null'],
        enum: [...remedies, null],
        description: 'what helps, for programs',
      },
      took_ms: count,
      plugin_version: orNull(text),
      checked: {
        type: 'array',
        items: ref('TestCheck'),
        description: 'what was looked at, up to the first that failed',
      },
    },
    {
      ...example,
      remedy: 'configure',
      took_ms: 312,
      plugin_version: '0.1.0',
      checked: [{ what: 'own_test', result: 'failed', message: 'HTTP 401' }],
    },
  ),
};
