import { EntityType } from '@made-open/contracts';
import { SearchQueryError } from '../errors.ts';
import { readCursor, writeCursor, type PageEnd } from './page-cursor.ts';

const query = {
  spaceId: 'default',
  query: 'ada',
  types: [EntityType.PERSON, EntityType.MESSAGE],
  connectionId: '',
  pluginId: '',
  facets: [],
  limit: 10,
  cursor: '',
};
const end: PageEnd = {
  way: 'words',
  score: 0.060_792_71,
  entityId: '01930000-0000-7000-8000-000000000001',
};
const forge = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');

describe('a cursor', () => {
  const cursor = writeCursor(query, end);

  it('brings back where a page ended', () => {
    expect(readCursor({ ...query, cursor })).toEqual(end);
    expect(readCursor(query)).toBeUndefined();
  });

  it('goes on whatever the page size and the order of the types', () => {
    const types = query.types.toReversed();
    expect(readCursor({ ...query, types, limit: 3, cursor })).toEqual(end);
  });

  it.each([
    { query: 'bob' },
    { spaceId: 'other' },
    { types: [] },
    { connectionId: 'c' },
    { pluginId: 'p' },
  ])('is refused by another search: %j', (other) => {
    expect(() => readCursor({ ...query, ...other, cursor })).toThrow(SearchQueryError);
  });

  it('is refused when a client made it up', () => {
    const parts: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString());
    const [, , , mark] = Array.isArray(parts) ? (parts as unknown[]) : [];
    for (const made of [
      'x',
      forge(7),
      forge([]),
      forge(['words', '1; drop', end.entityId, mark]),
      forge(['words', 1e300, end.entityId, mark]),
      forge(['words', 1, "' or true", mark]),
      forge(['all', 1, end.entityId, mark]),
    ])
      expect(() => readCursor({ ...query, cursor: made })).toThrow(SearchQueryError);
  });
});
