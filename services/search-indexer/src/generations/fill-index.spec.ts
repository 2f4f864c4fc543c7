import { aChange, aQuery } from '../../test/builders.ts';
import { MemoryIndexes } from '../../test/memory-indexes.ts';
import { IndexRefusedError, IndexUnavailableError } from '../errors.ts';
import type { IndexChange } from '../search/search-index.ts';
import { EntitySource, type EntityPage } from './entity-source.ts';
import { FillIndex } from './fill-index.ts';
import type { Generation } from './generation-store.ts';
import { MemoryGenerationStore } from './memory-generation-store.ts';

/** Two spaces; the first has three pages of persons and one message. */
class Entities extends EntitySource {
  override readonly types = [1, 2];
  readonly persons = [1, 2, 3].map((n) => aChange({ title: `Person ${String(n)}` }));
  readonly message = aChange({ title: 'Message', spaceId: 'b' });
  asked: string[] = [];

  override spaceBehind(spaceId: string): Promise<string | undefined> {
    return Promise.resolve(['a', 'b'].find((space) => space > spaceId));
  }

  override page(spaceId: string, type: number, cursor: string): Promise<EntityPage> {
    this.asked.push(`${spaceId}${String(type)}${cursor}`);
    const at = Number(cursor);
    if (spaceId === 'a' && type === 1)
      return Promise.resolve({
        changes: this.persons.slice(at, at + 1),
        nextCursor: at < 2 ? String(at + 1) : '',
      });
    return Promise.resolve({
      changes: spaceId === 'b' && type === 2 ? [this.message] : [],
      nextCursor: '',
    });
  }
}

describe('FillIndex', () => {
  let store: MemoryGenerationStore;
  let indexes: MemoryIndexes;
  let source: Entities;
  let refused: string[];
  let id: number;
  const fill = (): FillIndex =>
    new FillIndex({
      generations: store,
      open: indexes.open,
      source,
      onRefused: (entityId, code) => refused.push(`${entityId} ${code}`),
    });
  const filled = async (): Promise<Generation | undefined> =>
    (await store.list()).find((generation) => generation.id === id);
  const steps = async (limit = 100): Promise<void> => {
    for (let step = 0; step < limit; step++) {
      const generation = await filled();
      if (generation === undefined || !(await fill().step(generation))) return;
    }
  };
  const total = async (query: string, spaceId = 'default'): Promise<number> =>
    (await indexes.of(id).search(aQuery(query, { spaceId }))).total;

  beforeEach(async () => {
    store = new MemoryGenerationStore();
    indexes = new MemoryIndexes();
    source = new Entities();
    refused = [];
    ({ id } = await store.begin('postgres'));
  });

  it('reads every type of every space and lets the index take over', async () => {
    await steps();
    expect(source.asked).toEqual(['a1', 'a11', 'a12', 'a2', 'b1', 'b2']);
    expect(await total('person')).toBe(3);
    expect(await total('message', 'b')).toBe(1);
    expect(await filled()).toMatchObject({ state: 'live', entitiesRead: 4 });
  });

  it('goes on where it was, in another process', async () => {
    await steps(3);
    source.asked = [];
    await steps();
    expect(source.asked).toEqual(['a12', 'a2', 'b1', 'b2']);
    expect(await filled()).toMatchObject({ state: 'live', entitiesRead: 4 });
  });

  it('does not undo what changed meanwhile', async () => {
    const [gone, changed] = source.persons as [IndexChange, IndexChange];
    const document = { title: 'Renamed', details: '', body: '' };
    await indexes.of(id).apply([
      { ...gone, version: 2, document: undefined },
      { ...changed, version: 2, document },
    ]);
    await steps();
    expect(await total('person')).toBe(1);
    expect(await total('renamed')).toBe(1);
  });

  it('stays where it is when the engine is away', async () => {
    await steps(2);
    const before = await filled();
    indexes.of(id).apply = () => Promise.reject(new IndexUnavailableError(undefined));
    await expect(steps()).rejects.toThrow(IndexUnavailableError);
    expect(await filled()).toEqual(before);
  });

  it('leaves out an entity that the engine refuses, and says which', async () => {
    const [first] = source.persons as [IndexChange];
    source.page = () => Promise.resolve({ changes: source.persons, nextCursor: '' });
    const index = indexes.of(id);
    const apply = index.apply.bind(index);
    index.apply = (changes) =>
      changes.includes(first) ? Promise.reject(new IndexRefusedError('400')) : apply(changes);
    await steps(2);
    expect(refused).toEqual([`${first.entityId} search.refused`]);
    expect(await total('person')).toBe(2);
  });

  it('ends when it was given up', async () => {
    await steps(2);
    const generation = await filled();
    await store.cancel();
    expect(generation === undefined || (await fill().step(generation))).toBe(false);
    expect(await filled()).toMatchObject({ state: 'retired' });
  });

  it('does not read one page for ever', async () => {
    source.page = () => Promise.resolve({ changes: [], nextCursor: 'same' });
    await expect(steps()).rejects.toThrow('same page twice');
  });
});
