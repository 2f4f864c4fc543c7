import { EntityType, SearchFacet } from '@made-open/contracts';
import type { SearchIndex, SearchQuery } from '../src/search/search-index.ts';
import { aChange, aQuery } from './builders.ts';

/** How every search engine counts matches; `index` is empty before each test. */
export function facetsContract(index: () => SearchIndex): void {
  const all = [SearchFacet.TYPE, SearchFacet.CONNECTION, SearchFacet.PLUGIN];
  const names: Readonly<Record<number, string>> = {
    [SearchFacet.TYPE]: 'TYPE',
    [SearchFacet.CONNECTION]: 'CONNECTION',
    [SearchFacet.PLUGIN]: 'PLUGIN',
  };
  const person = String(EntityType.PERSON);
  const message = String(EntityType.MESSAGE);
  const counts = async (query: string, rest: Partial<SearchQuery> = {}): Promise<unknown[]> =>
    (await index().search(aQuery(query, { facets: all, ...rest }))).facetCounts.map(
      ({ facet, value, count }) => `${names[facet] ?? ''} ${value} ${String(count)}`,
    );

  beforeEach(() =>
    index().apply(
      [
        { title: 'Lovelace one', connectionId: 'a', pluginId: 'p' },
        { title: 'Lovelace two', connectionId: 'a', pluginId: 'p', type: EntityType.MESSAGE },
        { title: 'Lovelace three', connectionId: 'b', pluginId: 'p' },
        { title: 'Lovelace four', connectionId: 'c', pluginId: 'q' },
        { title: 'Hopper', connectionId: 'c', pluginId: 'q' },
        { title: 'Lovelace foreign', spaceId: 'other', connectionId: 'd', pluginId: 'r' },
      ].map(aChange),
    ),
  );

  it.each(['lovelace', 'lovlace'])('count the matches of %s, most first', async (query) => {
    expect(await counts(query)).toEqual([
      `TYPE ${person} 3`,
      `TYPE ${message} 1`,
      'CONNECTION a 2',
      'CONNECTION b 1',
      'CONNECTION c 1',
      'PLUGIN p 3',
      'PLUGIN q 1',
    ]);
  });

  it.each(['lovelace', 'lovlace'])(
    'say what another choice would find, when %s is narrowed',
    async (query) => {
      const narrowed = { connectionId: 'a', types: [EntityType.PERSON] };
      expect((await index().search(aQuery(query, narrowed))).total).toBe(1);
      expect(await counts(query, narrowed)).toEqual([
        `TYPE ${person} 1`,
        `TYPE ${message} 1`,
        'CONNECTION a 1',
        'CONNECTION b 1',
        'CONNECTION c 1',
        'PLUGIN p 1',
      ]);
    },
  );

  it('count conversations beside their messages', async () => {
    const [type, messageType] = [EntityType.CONVERSATION, EntityType.MESSAGE];
    const ofTalk = { title: 'Lunch', details: 'ada@example.com · grace@example.com' };
    await index().apply([
      aChange({ ...ofTalk, type }),
      aChange({ ...ofTalk, type: messageType, body: 'at one?' }),
      aChange({ ...ofTalk, type: messageType, body: 'at two!' }),
    ]);
    for (const query of ['lunch', 'grace@example.com']) {
      const facets = [SearchFacet.TYPE];
      expect(await counts(query, { facets, types: [type] })).toEqual([
        `TYPE ${message} 2`,
        `TYPE ${String(type)} 1`,
      ]);
      expect(await index().search(aQuery(query, { types: [type] }))).toMatchObject({
        total: 1,
        hits: [{ type, title: 'Lunch' }],
      });
    }
  });

  it('say so, too, when what narrows the search leaves nothing', async () => {
    expect(await counts('hopper', { connectionId: 'a' })).toEqual(['CONNECTION c 1']);
  });

  it('are only those that are asked for', async () => {
    expect(await counts('lovelace', { facets: [SearchFacet.PLUGIN] })).toEqual([
      'PLUGIN p 3',
      'PLUGIN q 1',
    ]);
    expect(await counts('lovelace', { facets: [] })).toEqual([]);
    expect(await counts('lovelace', { facets: [99 as SearchFacet] })).toEqual([]);
    expect(await counts('qqqqqqq')).toEqual([]);
  });

  it('do not change what is found by likeness', async () => {
    const many = Array.from({ length: 1100 }, () => aChange({ title: 'Lovelace many' }));
    await index().apply([...many, aChange({ title: 'Lovelace rare', connectionId: 'rare' })]);
    const narrowed = aQuery('lovlace', { connectionId: 'rare', limit: 1 });
    const { hits, total } = await index().search(narrowed);
    expect(total).toBe(1);
    expect(await index().search({ ...narrowed, facets: all })).toMatchObject({ hits, total });
    expect(await counts('lovlace', { connectionId: 'rare' })).toContain(`TYPE ${person} 1`);
  });

  it('count all matches on every page', async () => {
    const { nextCursor } = await index().search(aQuery('lovelace', { limit: 1 }));
    expect(await counts('lovelace', { limit: 1, cursor: nextCursor })).toContain('PLUGIN p 3');
  });
}
