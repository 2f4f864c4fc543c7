import { EntityType, SearchFacet } from '@made-open/contracts';
import { SearchQueryError } from '../src/errors.ts';
import type { SearchIndex, SearchQuery } from '../src/search/search-index.ts';
import { aChange, aQuery } from './builders.ts';
import { changesContract } from './changes.contract.ts';
import { facetsContract } from './facets.contract.ts';

const hostileQueries = [
  "'; drop table indexed; --",
  "ada' or true --",
  'a & | ! b',
  '%_\\',
  ':* <-> (',
  '{"a":1}',
  'a\u0000b',
  'ada \ud800',
  ...['x', 'x ', 'x.', '"', '" x "', '\u0301', '東', '😀'].map((part) => part.repeat(10_000)),
].map((query) => ({ name: `${query.slice(0, 30)} (${String(query.length)})`, query }));

const oddQueries: Partial<SearchQuery>[] = [
  { spaceId: 'a\u0000b' },
  { connectionId: "x' or '1'='1" },
  { connectionId: 'a\u0000b' },
  { connectionId: '\ud800' },
  { pluginId: 'a\u0000b' },
  { pluginId: "x' or '1'='1" },
  { types: [99, -1, 2_147_483_647].map((type) => type as EntityType) },
  { cursor: 'x' },
  { cursor: '\u0000' },
];

/** What every search engine does; run on each adapter. */
export function searchIndexContract(open: () => SearchIndex): void {
  let index: SearchIndex;
  const titles = async (query: string, rest: Partial<SearchQuery> = {}): Promise<string[]> =>
    (await index.search(aQuery(query, rest))).hits.map(({ title }) => title);
  const fill = (...changes: Parameters<typeof aChange>[0][]): Promise<void> =>
    index.apply(changes.map(aChange));

  beforeEach(async () => {
    index = open();
    await index.drop();
    await index.create();
  });

  describe('finding', () => {
    it('finds by whole words and by the beginning of the last', async () => {
      await fill({ title: 'Ada Lovelace' }, { title: 'Adam Smith' });
      expect(await titles('ada')).toEqual(expect.arrayContaining(['Ada Lovelace', 'Adam Smith']));
      expect(await titles('ada lov')).toEqual(['Ada Lovelace']);
      await fill({ title: 'Love Adair' });
      expect(await titles('love ada')).toEqual(['Love Adair']);
    });

    it('does not mind accents and case, on either side', async () => {
      await fill({ title: 'Renée Łukasz' }, { title: 'Zoë Strauß' });
      expect(await titles('renee lukasz')).toEqual(['Renée Łukasz']);
      expect(await titles('ZÖE STRAUSS')).toEqual(['Zoë Strauß']);
    });

    it('finds addresses whole and in parts, in the order they are written', async () => {
      await fill(
        { title: 'Ada', details: 'ada@example.com' },
        { title: 'Bob', details: 'com example ada' },
      );
      expect(await titles('ada@example.com.')).toEqual(['Ada']);
      expect(await titles('"ada@example.com"')).toEqual(['Ada']);
      expect((await titles('example.c'))[0]).toBe('Ada');
    });

    it('finds phrases in quotes only where they stand as a whole, and never across fields', async () => {
      await fill(
        { title: 'one', body: 'Lovelace met Ada' },
        { title: 'two', body: 'Ada Lovelace, countess' },
        { title: 'Ada', details: 'Lovelace' },
      );
      expect(await titles('"ada lovelace"')).toEqual(['two']);
      expect(await titles('countess "ada lovelace"')).toEqual(['two']);
      expect(await titles('"ada love"')).toEqual([]);
      expect((await titles('"ada love'))[0]).toBe('two');
      expect(await titles('met "ada"')).toEqual(['one']);
    });

    it('finds within scripts without spaces', async () => {
      await fill({ title: '東京都庁' }, { title: '京東' });
      expect(await titles('京都')).toEqual(['東京都庁']);
    });

    it('ranks titles before details before bodies', async () => {
      await fill(
        { title: 'in the body', body: 'needle' },
        { title: 'needle' },
        { title: 'in the details', details: 'needle' },
      );
      expect(await titles('needle')).toEqual(['needle', 'in the details', 'in the body']);
    });

    it('finds titles in spite of typing mistakes when nothing matches by words', async () => {
      await fill({ title: 'Ada Lovelace' }, { title: 'Grace Hopper' }, { title: 'Entirely other' });
      expect(await titles('lovlace')).toEqual(['Ada Lovelace']);
      expect(await titles('Grase Hoper')).toEqual(['Grace Hopper']);
      expect(await titles('qqqqqqqq')).toEqual([]);
    });

    it('marks matches in a snippet', async () => {
      await fill({ title: 'Ada', body: 'Met Renée at noon' });
      const [hit] = (await index.search(aQuery('renee'))).hits;
      expect(hit).toMatchObject({
        type: EntityType.PERSON,
        connectionId: 'connection-1',
        title: 'Ada',
        snippet: 'Met \uE000Renée\uE001 at noon',
      });
      expect(hit?.score).toBeGreaterThan(0);
    });

    it('narrows by type and connection, and never looks into another space', async () => {
      await fill(
        { title: 'Ada one' },
        { title: 'Ada two', type: EntityType.DOCUMENT },
        { title: 'Ada three', connectionId: 'connection-2' },
        { title: 'Ada foreign', spaceId: 'other' },
      );
      const message = { types: [EntityType.DOCUMENT, EntityType.MESSAGE] };
      expect(await titles('ada', message)).toEqual(['Ada two']);
      expect(await titles('ada', { connectionId: 'connection-2' })).toEqual(['Ada three']);
      expect((await titles('ada')).toSorted()).toEqual(['Ada one', 'Ada three', 'Ada two']);
      expect(await titles('foreign')).toEqual([]);
      expect(await titles('ada', { spaceId: 'other' })).toEqual(['Ada foreign']);
    });

    it('ranks whole words before beginnings', async () => {
      await fill({ title: 'Adam' }, { title: 'Ada' }, { title: 'Adamson' });
      expect((await titles('ada'))[0]).toBe('Ada');
    });

    it('finds titles in spite of swapped or additional letters at their beginning', async () => {
      await fill({ title: 'Hildegard Knef' }, { title: 'Entirely other' });
      for (const query of ['ihldegard', 'hlidegard', 'hhildegard', 'hiildegard'])
        expect(await titles(query)).toEqual(['Hildegard Knef']);
    });

    it('finds the title that is most alike among many that are somewhat', async () => {
      await fill(...Array.from({ length: 1200 }, (_, n) => ({ title: `Ada Number${String(n)}` })));
      await fill({ title: 'Ada Lovelace' });
      expect((await titles('ada lovlace'))[0]).toBe('Ada Lovelace');
    });

    it('marks matches in titles', async () => {
      await fill({ title: 'Ada \uE000of\uE001 Lovelace' });
      const [hit] = (await index.search(aQuery('lovel'))).hits;
      expect(hit?.markedTitle).toBe('Ada  of  \uE000Lovelace\uE001');
    });

    it('finds telephone numbers however they are spaced, and by their end', async () => {
      await fill(
        { title: 'Ada', details: 'ada@example.com · +49 30 12341004' },
        { title: 'Grace', details: '+49305551001' },
        { title: 'Alan', details: '(030) 777-1002 · Machines' },
      );
      for (const query of ['+493012341004', '030 1234 1004', '12341004', '0049 (30) 1234-1004'])
        expect(await titles(query)).toEqual(['Ada']);
      for (const query of ['+49 30 5551001', '555 1001', '0305551001'])
        expect(await titles(query)).toEqual(['Grace']);
      for (const query of ['7771002', '030 777 10 02'])
        expect(await titles(query)).toEqual(['Alan']);
      for (const query of ['5551009', '"0305551001"', '555100', '1004'])
        expect(await titles(query)).toEqual([]);
    });

    it('goes on by the end of a number from page to page', async () => {
      await fill(
        ...[1, 2, 3].map((n) => ({ title: `Ada ${String(n)}`, details: '+49 30 555 1001' })),
      );
      const facets = [SearchFacet.TYPE];
      const first = await index.search(aQuery('5551001', { limit: 2, facets }));
      expect(first).toMatchObject({ total: 3, facetCounts: [{ count: 3 }] });
      const next = await index.search(aQuery('5551001', { limit: 2, cursor: first.nextCursor }));
      const ids = [...first.hits, ...next.hits].map(({ entityId }) => entityId);
      expect([new Set(ids).size, next.nextCursor]).toEqual([3, '']);
    });

    it('narrows by plugin', async () => {
      await fill({ title: 'Ada one', pluginId: 'one' }, { title: 'Ada two', pluginId: 'two' });
      expect(await titles('ada', { pluginId: 'two' })).toEqual(['Ada two']);
      expect((await index.search(aQuery('ada', { pluginId: 'one' }))).hits).toMatchObject([
        { pluginId: 'one' },
      ]);
    });

    it.each(hostileQueries)('takes $name as text', async ({ query }) => {
      await fill({ title: 'Ada' });
      for (const types of [[], [EntityType.PERSON]])
        await index.search(aQuery(query, { types })).catch((error: unknown) => {
          expect(error).toBeInstanceOf(SearchQueryError);
        });
      expect(await titles('ada')).toEqual(['Ada']);
    });

    it.each(oddQueries)('finds nothing, or refuses it, with %j', async (rest) => {
      await fill({ title: 'Ada' });
      const found = await index.search(aQuery('ada', rest)).catch((error: unknown) => {
        expect(error).toBeInstanceOf(SearchQueryError);
        return { hits: [] };
      });
      expect(found.hits).toEqual([]);
    });

    it('refuses what has no letter or digit', async () => {
      for (const signs of ['', ' ', '!&|', '...', '\u0000', '"', '-'.repeat(10_000), '😀'])
        await expect(index.search(aQuery(signs))).rejects.toThrow(SearchQueryError);
    });
  });

  describe('facets', () => facetsContract(() => index));

  describe('pages', () => {
    it('gives every match once, in one order, and counts them', async () => {
      await fill(
        ...Array.from({ length: 25 }, (_, n) => ({
          title: `Ada ${String(n)}`,
          body: 'ada '.repeat(n % 3),
        })),
      );
      const seen: string[] = [];
      let cursor = '';
      do {
        const page = await index.search(aQuery('ada', { limit: 7, cursor }));
        expect(page.total).toBe(25);
        expect(page.hits.length).toBeLessThanOrEqual(7);
        seen.push(...page.hits.map(({ entityId }) => entityId));
        cursor = page.nextCursor;
      } while (cursor !== '');
      expect(seen).toHaveLength(25);
      expect(new Set(seen).size).toBe(25);
      const whole = await index.search(aQuery('ada', { limit: 100 }));
      expect(whole.hits.map(({ entityId }) => entityId)).toEqual(seen);
      expect(whole.nextCursor).toBe('');
    });

    it('go on by likeness, too', async () => {
      await fill(...Array.from({ length: 5 }, () => ({ title: 'Lovelace' })));
      const first = await index.search(aQuery('lovlace', { limit: 3 }));
      expect(first).toMatchObject({ total: 5 });
      const second = await index.search(aQuery('lovlace', { limit: 3, cursor: first.nextCursor }));
      expect(new Set([...first.hits, ...second.hits].map(({ entityId }) => entityId)).size).toBe(5);
      expect(second.nextCursor).toBe('');
    });

    it('do not come back when what was left is gone', async () => {
      const changes = [1, 2, 3].map(() => aChange({ title: 'Ada' }));
      await index.apply(changes);
      const { nextCursor } = await index.search(aQuery('ada', { limit: 2 }));
      await index.apply(changes.map((change) => ({ ...change, version: 2, document: undefined })));
      expect(await index.search(aQuery('ada', { limit: 2, cursor: nextCursor }))).toMatchObject({
        hits: [],
        nextCursor: '',
      });
    });
  });

  describe('changes', () => changesContract(() => index));
}
