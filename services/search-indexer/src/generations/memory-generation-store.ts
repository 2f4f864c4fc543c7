import type { EngineName } from '../config.ts';
import {
  beginning,
  GenerationStore,
  type FillPosition,
  type Generation,
} from './generation-store.ts';

/** For specs; the contract that it shares with PostgreSQL keeps it honest. */
export class MemoryGenerationStore extends GenerationStore {
  #last = 1;
  readonly #retiredAt = new Map<number, number>();
  #generations: Generation[] = [
    {
      id: 1,
      engine: 'postgres',
      state: 'live',
      position: beginning,
      entitiesRead: 0,
      startedAt: undefined,
      fault: '',
    },
  ];

  override list(): Promise<readonly Generation[]> {
    return Promise.resolve(this.#generations);
  }

  override begin(engine: EngineName): Promise<Generation> {
    const known = this.#filling();
    if (known?.engine === engine) return Promise.resolve(known);
    if (known !== undefined) this.#retire(known.id);
    const begun: Generation = {
      id: ++this.#last,
      engine,
      state: 'filling',
      position: beginning,
      entitiesRead: 0,
      startedAt: new Date(),
      fault: '',
    };
    this.#generations.push(begun);
    return Promise.resolve(begun);
  }

  override advance(id: number, position: FillPosition, entitiesRead: number): Promise<boolean> {
    const filling = this.#filling();
    if (filling?.id !== id) return Promise.resolve(false);
    const read = filling.entitiesRead + entitiesRead;
    this.#change(id, { position, entitiesRead: read, fault: '' });
    return Promise.resolve(true);
  }

  override hold(id: number, fault: string): Promise<void> {
    this.#change(id, { fault });
    return Promise.resolve();
  }

  override finish(id: number): Promise<boolean> {
    if (this.#filling()?.id !== id) return Promise.resolve(false);
    for (const { id: live } of this.#generations.filter(({ state }) => state === 'live'))
      this.#retire(live);
    this.#change(id, { state: 'live', fault: '' });
    return Promise.resolve(true);
  }

  override cancel(): Promise<boolean> {
    const filling = this.#filling();
    if (filling !== undefined) this.#retire(filling.id);
    return Promise.resolve(filling !== undefined);
  }

  override listRetired(forMs: number): Promise<readonly Generation[]> {
    const before = Date.now() - forMs;
    return Promise.resolve(
      this.#generations.filter(({ id }) => (this.#retiredAt.get(id) ?? Infinity) <= before),
    );
  }

  override remove(id: number): Promise<void> {
    this.#generations = this.#generations.filter((generation) => generation.id !== id);
    return Promise.resolve();
  }

  #filling(): Generation | undefined {
    return this.#generations.find(({ state }) => state === 'filling');
  }

  #retire(id: number): void {
    this.#change(id, { state: 'retired' });
    this.#retiredAt.set(id, Date.now());
  }

  #change(id: number, to: Partial<Generation>): void {
    this.#generations = this.#generations.map((generation) =>
      generation.id === id ? { ...generation, ...to } : generation,
    );
  }
}
