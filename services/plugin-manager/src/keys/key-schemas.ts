import { kinds, objectSchema, pageSchema } from '../problem-schema.ts';
import { adminScopes, clientScopes, everyScope } from './api-key.ts';

const { text, time, orNull } = kinds;
const fields = {
  id: text,
  name: text,
  kind: { type: 'string', enum: ['admin', 'client'] },
  scopes: {
    type: 'array',
    items: { type: 'string', enum: [everyScope, ...adminScopes, ...clientScopes] },
  },
  space_id: text,
  expires_at: {
    ...orNull(time),
    description: 'null: it holds until the operator takes it out of the environment',
  },
  created_at: orNull(time),
  last_used_at: orNull(time),
};
const example = {
  id: '7hQ2mZk0RvXa',
  name: 'search page',
  kind: 'client',
  scopes: ['search:read', 'data:read'],
  space_id: 'default',
  expires_at: '2027-11-21T00:00:00.000Z',
  created_at: '2026-11-21T06:00:00.000Z',
  last_used_at: null,
};

/** Schemas of what the routes of keys answer. */
export const keySchemas = {
  ApiKey: objectSchema(fields, example),
  ApiKeyPage: pageSchema('ApiKey'),
  MadeKey: objectSchema(
    { ...fields, key: { ...text, description: 'shown this once' } },
    { ...example, key: 'mop_7hQ2mZk0RvXa_…' },
  ),
};
