import { kinds, objectSchema, pageSchema } from '../problem-schema.ts';

const { text, time, count, orNull } = kinds;

/** Schemas of what the routes of search indexes answer. */
export const searchIndexSchemas = {
  SearchIndex: objectSchema(
    {
      generation: { ...count, description: 'rises with each index' },
      engine: { ...text, description: '`postgres` or `meilisearch`' },
      state: {
        type: 'string',
        enum: ['filling', 'live', 'retired'],
        description: 'one that is live answers searches; retired ones are about to be removed',
      },
      entities_read: { ...count, description: 'so far, to fill it' },
      started_at: { ...orNull(time), description: 'null for the first one' },
      fault: {
        ...orNull(text),
        description: 'code of what holds its filling, or its removal, up at the moment',
      },
    },
    {
      generation: 2,
      engine: 'meilisearch',
      state: 'filling',
      entities_read: 12_400,
      started_at: '2026-11-21T06:00:00.000Z',
      fault: null,
    },
  ),
  SearchIndexPage: pageSchema('SearchIndex'),
};
