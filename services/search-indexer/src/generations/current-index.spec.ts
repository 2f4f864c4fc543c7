import { aChange, aQuery } from '../../test/builders.ts';
import { MemoryIndexes } from '../../test/memory-indexes.ts';
import { IndexRefusedError, IndexUnavailableError } from '../errors.ts';
import { CurrentIndex } from './current-index.ts';
import { MemoryGenerationStore } from './memory-generation-store.ts';

describe('CurrentIndex', () => {
  let store: MemoryGenerationStore;
  let indexes: MemoryIndexes;
  let current: CurrentIndex;
  const total = async (id: number, query: string): Promise<number> =>
    (await indexes.of(id).search(aQuery(query))).total;

  beforeEach(() => {
    store = new MemoryGenerationStore();
    indexes = new MemoryIndexes();
    current = new CurrentIndex(store, indexes.open);
  });

  it('hands changes to the index that answers and to the one that is filled', async () => {
    await current.apply([aChange({ title: 'before' })]);
    const { id } = await store.begin('meilisearch');
    await current.apply([aChange({ title: 'meanwhile' })]);
    expect(await Promise.all([total(1, 'meanwhile'), total(id, 'meanwhile')])).toEqual([1, 1]);
    expect(await Promise.all([total(1, 'before'), total(id, 'before')])).toEqual([1, 0]);
  });

  it('is answered by the one that is live, and leaves the retired one alone', async () => {
    const { id } = await store.begin('postgres');
    await store.finish(id);
    await current.apply([aChange({ title: 'after' })]);
    expect((await current.search(aQuery('after'))).total).toBe(1);
    expect(await total(1, 'after')).toBe(0);
  });

  it('writes to the live one though the other fails, and says so', async () => {
    const { id } = await store.begin('meilisearch');
    const fault = new IndexUnavailableError(undefined);
    indexes.of(id).apply = () => Promise.reject(fault);
    await expect(current.apply([aChange({ title: 'found' })])).rejects.toBe(fault);
    expect((await current.search(aQuery('found'))).total).toBe(1);
  });

  it('says that the changes have to come again, though the live one refuses them for good', async () => {
    const { id } = await store.begin('meilisearch');
    const passing = new IndexUnavailableError(undefined);
    indexes.of(1).apply = () => Promise.reject(new IndexRefusedError('400'));
    indexes.of(id).apply = () => Promise.reject(passing);
    await expect(current.apply([aChange()])).rejects.toBe(passing);
  });
});
