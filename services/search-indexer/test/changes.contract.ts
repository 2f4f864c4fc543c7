import type { IndexChange, SearchIndex } from '../src/search/search-index.ts';
import { aChange, aQuery } from './builders.ts';

/** What every search engine does with changes; `index` gives the one of the test, which is empty. */
export function changesContract(index: () => SearchIndex): void {
  const titles = async (query: string): Promise<string[]> =>
    (await index().search(aQuery(query))).hits.map(({ title }) => title);
  const person = aChange({ title: 'Ada', version: 3 });
  const at = (version: number, title: string | undefined): IndexChange => ({
    ...person,
    version,
    document: title === undefined ? undefined : { title, details: '', body: '' },
  });

  it('replace older versions', async () => {
    await index().apply([at(1, 'Ada')]);
    await index().apply([at(2, 'Grace')]);
    expect(await titles('ada')).toEqual([]);
    expect(await titles('grace')).toEqual(['Grace']);
  });

  it('that are older or came before do nothing', async () => {
    await index().apply([at(3, 'Grace')]);
    for (const late of [at(2, 'Ada'), at(3, 'Ada'), at(2, undefined)]) await index().apply([late]);
    expect(await titles('grace')).toEqual(['Grace']);
    expect(await titles('ada')).toEqual([]);
  });

  it('cannot bring back what was deleted, even when the creation comes last', async () => {
    await index().apply([at(2, undefined)]);
    await index().apply([at(1, 'Ada')]);
    expect(await titles('ada')).toEqual([]);
  });

  it('may name an entity several times; the newest counts', async () => {
    await index().apply([at(1, 'Ada'), at(3, 'Grace'), at(2, 'Barbara')]);
    expect(await titles('grace')).toEqual(['Grace']);
    expect(await titles('barbara')).toEqual([]);
  });

  it('may be none', async () => {
    await expect(index().apply([])).resolves.toBeUndefined();
  });

  it('are forgotten with the index, so that everything can come anew', async () => {
    await index().apply([at(2, undefined)]);
    await index().drop();
    await index().create();
    await index().apply([at(1, 'Ada')]);
    expect(await titles('ada')).toEqual(['Ada']);
  });

  it('stay when an index that is there is created', async () => {
    await index().apply([at(2, 'Ada')]);
    await index().create();
    await index().apply([at(1, 'Grace')]);
    expect(await titles('ada')).toEqual(['Ada']);
    expect(await titles('grace')).toEqual([]);
  });
}
