import { MemoryIndexes } from '../../test/memory-indexes.ts';
import { EngineMissingError, IndexUnavailableError } from '../errors.ts';
import type { OpenIndex } from './current-index.ts';
import { MemoryGenerationStore } from './memory-generation-store.ts';
import { RemoveRetired } from './remove-retired.ts';

describe('RemoveRetired', () => {
  let store: MemoryGenerationStore;
  let indexes: MemoryIndexes;
  let open: OpenIndex;
  let told: { message: string; fields: unknown }[];
  let dropped: number[];

  const remover = (parts: { retiredMs?: number; againMs?: number } = {}): RemoveRetired => {
    const note = (message: string, fields?: object): void => void told.push({ message, fields });
    return new RemoveRetired({
      generations: store,
      open: (generation) => open(generation),
      logger: { info: note, error: note },
      retiredMs: 0,
      againMs: 0,
      ...parts,
    });
  };
  const known = async (): Promise<string[]> =>
    (await store.list()).map(({ id, state, fault }) => `${String(id)} ${state}${fault}`);
  const retired = async (engine: 'postgres' | 'meilisearch'): Promise<number> => {
    const { id } = await store.begin(engine);
    await store.cancel();
    const index = indexes.of(id);
    index.drop = () => {
      dropped.push(id);
      return Promise.resolve();
    };
    return id;
  };

  beforeEach(() => {
    store = new MemoryGenerationStore();
    indexes = new MemoryIndexes();
    open = indexes.open;
    told = [];
    dropped = [];
  });

  it('removes what was retired long enough ago, and nothing else', async () => {
    await remover().remove();
    const id = await retired('postgres');
    await remover({ retiredMs: 3_600_000 }).remove();
    expect(await known()).toEqual(['1 live', `${String(id)} retired`]);
    await remover().remove();
    expect(await known()).toEqual(['1 live']);
    expect(dropped).toEqual([id]);
  });

  it('removes the others though one cannot be removed, and says which one stays and why', async () => {
    const missing = await retired('meilisearch');
    const removable = await retired('postgres');
    open = (generation) => {
      if (generation.id === missing) throw new EngineMissingError();
      return indexes.open(generation);
    };
    await remover().remove();
    expect(dropped).toEqual([removable]);
    expect(await known()).toEqual(['1 live', `${String(missing)} retiredsearch.engine_missing`]);
  });

  it('tells of the same fault once, and removes the index when it is over', async () => {
    const id = await retired('meilisearch');
    let isAway = true;
    indexes.of(id).drop = () =>
      isAway ? Promise.reject(new IndexUnavailableError(undefined)) : Promise.resolve();
    const remove = remover();
    await remove.remove();
    await remove.remove();
    expect(told).toHaveLength(1);
    expect(told[0]?.fields).toMatchObject({ generation: id, engine: 'meilisearch' });
    isAway = false;
    await remove.remove();
    expect(await known()).toEqual(['1 live']);
  });

  it('does not wait each time for an engine that did not answer', async () => {
    const id = await retired('meilisearch');
    let asked = 0;
    indexes.of(id).drop = () => {
      asked++;
      return Promise.reject(new IndexUnavailableError(undefined));
    };
    const remove = remover({ againMs: 3_600_000 });
    await remove.remove();
    await remove.remove();
    expect(asked).toBe(1);
  });
});
