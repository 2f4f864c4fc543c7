import { create } from '@bufbuild/protobuf';
import { EntityType, SearchResponseSchema } from '@made-open/contracts';
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
      snippet: '\uE000Review\uE001',
      score: 0.5,
    },
    { entityId: 'of a newer version', type: 99 as EntityType },
  ],
  nextCursor: 'next',
  total: 7,
});
const entities = new SearchEntities((_, request) => {
  asked.push(request);
  return Promise.resolve(answer as never);
});

describe('SearchEntities', () => {
  beforeEach(() => asked.splice(0));

  it('asks within the space of the key', async () => {
    await entities.search('mine', { q: 'ada', type: 'person,message,person', limit: '5' });
    expect(asked).toEqual([
      {
        spaceId: 'mine',
        query: 'ada',
        types: [EntityType.PERSON, EntityType.MESSAGE],
        connectionId: '',
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
          snippet: '\uE000Review\uE001',
          score: 0.5,
          connection_id: 'c',
          href: '/v1/events/01900000-0000-7000-8000-000000000001',
        },
      ],
      next_cursor: 'next',
      total: 7,
    });
  });

  it.each([
    {},
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
