import { entityKinds } from '../entities/entity-kind.ts';
import { knownFacets } from '../search/facets.ts';
import { pageSchema } from './entity-schema.ts';

/** JSON Schema of a hit. */
export const searchHitSchema = {
  type: 'object',
  required: [
    'id',
    'type',
    'title',
    'marked_title',
    'snippet',
    'score',
    'connection_id',
    'plugin_id',
    'href',
  ],
  properties: {
    id: { type: 'string', format: 'uuid' },
    type: { enum: entityKinds.map(({ type }) => type) },
    title: { type: 'string' },
    marked_title: {
      type: 'string',
      description: 'The title with its matches marked as in the snippet.',
    },
    snippet: {
      type: 'string',
      description: 'Text around the match; matches stand between U+E000 and U+E001.',
    },
    score: { type: 'number', description: 'To compare hits of one search.' },
    connection_id: { type: 'string' },
    plugin_id: { type: 'string' },
    href: { type: 'string', format: 'uri-reference', description: 'Where the entity is.' },
  },
};

/** JSON Schema of a page of hits. */
export function searchPageSchema(): object {
  const counts = {
    type: 'array',
    items: {
      type: 'object',
      required: ['value', 'count'],
      properties: { value: { type: 'string' }, count: { type: 'integer' } },
    },
  };
  const { required, properties } = pageSchema('SearchHit', {
    total: { type: 'integer', description: 'Matches in all, counted up to 10,000.' },
  });
  const facets = {
    type: 'object',
    description: 'Of the facets asked for: values with their number of matches, most first.',
    properties: Object.fromEntries(knownFacets.map(({ name }) => [name, counts])),
  };
  return { type: 'object', required, properties: { ...properties, facets } };
}
