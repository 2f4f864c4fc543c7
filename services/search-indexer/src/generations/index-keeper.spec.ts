import { eventually } from '@made-open/testing';
import { MemoryIndexes } from '../../test/memory-indexes.ts';
import type { EngineName } from '../config.ts';
import { IndexUnavailableError } from '../errors.ts';
import { FillIndex } from './fill-index.ts';
import { IndexKeeper } from './index-keeper.ts';
import { MemoryGenerationStore } from './memory-generation-store.ts';
import { RemoveRetired } from './remove-retired.ts';

describe('IndexKeeper', () => {
  let store: MemoryGenerationStore;
  let indexes: MemoryIndexes;
  let keeper: IndexKeeper | undefined;
  let errors: string[];
  let isAway: boolean;

  const start = (engine: EngineName): IndexKeeper => {
    const logger = {
      info: () => undefined,
      error: (message: string): void => void errors.push(message),
    };
    const parts = { generations: store, open: indexes.open };
    const source = {
      types: [],
      spaceBehind: () =>
        isAway ? Promise.reject(new IndexUnavailableError(undefined)) : Promise.resolve(undefined),
      page: () => Promise.reject(new Error('there is no space')),
    };
    const made = new IndexKeeper({
      ...parts,
      engine,
      fill: new FillIndex({ ...parts, source, onRefused: () => undefined }),
      retired: new RemoveRetired({ ...parts, logger, retiredMs: 0, againMs: 0 }),
      alone: async (work) => work().then(() => true),
      logger,
      pauseMs: 1,
    });
    made.start();
    return (keeper = made);
  };
  const states = async (): Promise<string[]> =>
    (await store.list()).map(({ engine, state, fault }) => `${engine} ${state}${fault}`);

  beforeEach(() => {
    store = new MemoryGenerationStore();
    indexes = new MemoryIndexes();
    errors = [];
    isAway = false;
  });
  afterEach(() => keeper?.stop());

  it('fills an index of the engine that is to answer, and removes the other', async () => {
    start('meilisearch');
    await eventually(async () => expect(await states()).toEqual(['meilisearch live']));
  });

  it('fills a new one when asked', async () => {
    const { id } = await start('postgres').reindex();
    await eventually(async () =>
      expect(await store.list()).toMatchObject([{ id, engine: 'postgres', state: 'live' }]),
    );
    expect(errors).toEqual([]);
  });

  it('says what holds it up, and goes on when that is over', async () => {
    isAway = true;
    start('meilisearch');
    await eventually(async () =>
      expect(await states()).toEqual(['postgres live', 'meilisearch fillingsearch.unavailable']),
    );
    await eventually(() => Promise.resolve(expect(errors).not.toEqual([])));
    isAway = false;
    await eventually(async () => expect(await states()).toEqual(['meilisearch live']));
  });

  it('removes what was retired though another one cannot be filled', async () => {
    const { id } = await store.begin('postgres');
    await store.cancel();
    isAway = true;
    start('meilisearch');
    await eventually(async () =>
      expect((await store.list()).map((generation) => generation.id)).not.toContain(id),
    );
    expect(await states()).toContain('postgres live');
  });
});
