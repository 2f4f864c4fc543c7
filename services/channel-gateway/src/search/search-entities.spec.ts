import { create } from '@bufbuild/protobuf';
import { EntityType, SearchFacet, SearchResponseSchema } from '@made-open/contracts';
import { InvalidParametersError } from '../errors.ts';
import { SearchEntities } from './search-entities.ts';

const asked: unknown[] = [];
const answer = create(SearchResponseSchema, {
  hits: [
    {
      entityId: '01900000-0000-7000-8000-000000000001',
      type: EntityType.CALENDAR_EVENT,
      connectionId: 'c',
      title: 'Review',
      markedTitle: '\uE000Review\uE001',
      pluginId: 'p',
      snippet: '\uE000Review\uE001',
      score: 0.5,
    },
    { entityId: 'of a newer version', type: 99 as EntityType },
  ],
  nextCursor: 'next',
  total: 7,
  facetCounts: [
    { facet: SearchFacet.CONNECTION, value: 'c', count: 7 },
    { facet: SearchFacet.TYPE, type: EntityType.CALENDAR_EVENT, count: 6 },
    { facet: SearchFacet.TYPE, type: 99 as EntityType, count: 1 },
  ],
});
const entities = new SearchEntities((_, request) => {
  asked.push(request);
  return Promise.resolve(answer as never);
});

describe('SearchEntities', () => {
  beforeEach(() => asked.splice(0));

  it('asks within the space of the key', async () => {
    await entities.search('mine', {
      q: 'ada',
      type: 'person,message,conversation,person',
      plugin: 'com.example',
      facets: 'type,connection,type',
      limit: '5',
    });
    expect(asked).toEqual([
      {
        spaceId: 'mine',
        query: 'ada',
        types: [EntityType.PERSON, EntityType.MESSAGE, EntityType.CONVERSATION],
        connectionId: '',
        pluginId: 'com.example',
        facets: [SearchFacet.TYPE, SearchFacet.CONNECTION],
        limit: 5,
        cursor: '',
      },
    ]);
  });

  it('shows hits with the way to their entity', async () => {
    expect(await entities.search('mine', { q: 'review' })).toEqual({
      data: [
        {
          id: '01900000-0000-7000-8000-000000000001',
          type: 'calendar_event',
          title: 'Review',
          marked_title: '\uE000Review\uE001',
          snippet: '\uE000Review\uE001',
          score: 0.5,
          connection_id: 'c',
          plugin_id: 'p',
          href: '/v1/events/01900000-0000-7000-8000-000000000001',
        },
      ],
      next_cursor: 'next',
      total: 7,
    });
  });

  it('shows the counts of the facets asked for', async () => {
    expect(await entities.search('mine', { q: 'review', facets: 'plugin,type' })).toMatchObject({
      facets: { plugin: [], type: [{ value: 'calendar_event', count: 6 }] },
    });
  });

  it.each([
    {},
    { q: 'a', facets: 'types' },
    { q: 'a', facets: '' },
    { q: 'a', plugin: "'x" },
    { q: 'a', type: 'persons' },
    { q: 'a', type: 'person,' },
    { q: 'a', type: '__proto__' },
    { q: 'a', limit: '101' },
    { q: 'a', space_id: 'other' },
  ])('asks nobody when a parameter is wrong: %j', async (query) => {
    await expect(entities.search('mine', query)).rejects.toThrow(InvalidParametersError);
    expect(asked).toEqual([]);
  });
});
