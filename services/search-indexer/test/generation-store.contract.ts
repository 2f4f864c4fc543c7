import { beginning, type GenerationStore } from '../src/generations/generation-store.ts';

/** How every store of generations behaves; `open` gives a new one, with the first index live. */
export function generationStoreContract(open: () => Promise<GenerationStore>): void {
  let store: GenerationStore;
  const states = async (): Promise<string[]> =>
    (await store.list()).map(({ engine, state }) => `${engine} ${state}`);

  beforeEach(async () => {
    store = await open();
  });

  it('begins with the index of PostgreSQL', async () => {
    expect(await store.list()).toEqual([
      {
        id: 1,
        engine: 'postgres',
        state: 'live',
        position: beginning,
        entitiesRead: 0,
        startedAt: undefined,
        fault: '',
      },
    ]);
  });

  it('begins one at a time, and goes on with it when asked again', async () => {
    const begun = await store.begin('meilisearch');
    expect(begun).toMatchObject({ engine: 'meilisearch', state: 'filling', position: beginning });
    expect(begun.startedAt).toBeInstanceOf(Date);
    expect(await store.begin('meilisearch')).toEqual(begun);
    expect(await states()).toEqual(['postgres live', 'meilisearch filling']);
  });

  it('gives one up for another engine', async () => {
    await store.begin('meilisearch');
    await store.begin('postgres');
    expect(await states()).toEqual(['postgres live', 'meilisearch retired', 'postgres filling']);
  });

  it('remembers how far one has come, and what holds it up until it goes on', async () => {
    const { id } = await store.begin('postgres');
    const position = { spaceId: 'space', type: 2, cursor: 'next' };
    expect(await store.advance(id, position, 7)).toBe(true);
    await store.hold(id, 'search.unavailable');
    expect((await store.list()).at(-1)).toMatchObject({
      position,
      entitiesRead: 7,
      fault: 'search.unavailable',
    });
    expect(await store.advance(id, position, 3)).toBe(true);
    expect((await store.list()).at(-1)).toMatchObject({ entitiesRead: 10, fault: '' });
  });

  it('lets the one that was filled take over, once', async () => {
    const { id } = await store.begin('meilisearch');
    expect(await store.finish(id)).toBe(true);
    expect(await states()).toEqual(['postgres retired', 'meilisearch live']);
    expect(await store.finish(id)).toBe(false);
    expect(await store.advance(id, beginning, 1)).toBe(false);
    expect(await states()).toEqual(['postgres retired', 'meilisearch live']);
  });

  it('gives up only what is filled', async () => {
    expect(await store.cancel()).toBe(false);
    const { id } = await store.begin('postgres');
    expect(await store.cancel()).toBe(true);
    expect(await store.finish(id)).toBe(false);
    expect(await states()).toEqual(['postgres live', 'postgres retired']);
  });

  it('knows what was retired long enough ago, and forgets it', async () => {
    const { id } = await store.begin('postgres');
    expect(await store.listRetired(0)).toEqual([]);
    await store.cancel();
    expect(await store.listRetired(3_600_000)).toEqual([]);
    expect(await store.listRetired(0)).toMatchObject([{ id, engine: 'postgres' }]);
    await store.remove(id);
    expect(await store.listRetired(0)).toEqual([]);
    expect((await store.begin('postgres')).id).toBeGreaterThan(id);
  });
}
