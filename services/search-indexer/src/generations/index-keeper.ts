import { describeError } from '@made-open/bus';
import type { Logger } from '@made-open/nest';
import { setTimeout as delay } from 'node:timers/promises';
import type { EngineName } from '../config.ts';
import type { OpenIndex } from './current-index.ts';
import type { FillIndex } from './fill-index.ts';
import type { Generation, GenerationStore } from './generation-store.ts';

export interface KeeperParts {
  readonly generations: GenerationStore;
  readonly open: OpenIndex;
  readonly fill: FillIndex;
  /** The engine that is to answer. */
  readonly engine: EngineName;
  /** Runs the work while no other process does; false when one does. */
  readonly alone: (work: () => Promise<void>) => Promise<boolean>;
  readonly logger: Pick<Logger, 'info' | 'error'>;
  /** Between looks for something to do, and after a fault. */
  readonly pauseMs: number;
  /** What was retired is removed so much later: another process may still search it. */
  readonly retiredMs: number;
}

/** Begins, fills and removes indexes, one process at a time. What was begun goes on after a restart where it was. */
export class IndexKeeper {
  readonly #parts: KeeperParts;
  readonly #stopped = new AbortController();
  #wake = new AbortController();
  #running: Promise<void> | undefined;

  constructor(parts: KeeperParts) {
    this.#parts = parts;
  }

  start(): void {
    this.#running ??= this.#run();
  }

  /** Begins a new index, or goes on with the one that is filled; whatever process has the lock sees to it. */
  async reindex(): Promise<Generation> {
    const generation = await this.#parts.generations.begin(this.#parts.engine);
    this.#wake.abort();
    return generation;
  }

  async stop(): Promise<void> {
    this.#stopped.abort();
    this.#wake.abort();
    await this.#running;
  }

  async #run(): Promise<void> {
    const { alone, logger } = this.#parts;
    while (!this.#stopped.signal.aborted) {
      await alone(() => this.#keep()).catch((error: unknown) => {
        if (!this.#stopped.signal.aborted)
          logger.error('the search indexes could not be looked after', { error });
      });
      await this.#pause();
    }
  }

  /** Everything there is to do now. */
  async #keep(): Promise<void> {
    const { generations, engine, logger } = this.#parts;
    const known = await generations.list();
    const next = known.findLast(({ state }) => state !== 'retired');
    if (next?.engine !== engine) {
      const { id } = await generations.begin(engine);
      logger.info('a search index of another engine is filled', { generation: id, engine });
    }
    for (const generation of await generations.list())
      if (generation.state === 'filling') await this.#fill(generation);
    await this.#removeRetired();
  }

  async #fill({ id }: Generation): Promise<void> {
    const { generations, open, fill, logger } = this.#parts;
    try {
      for (let isNew = true; !this.#stopped.signal.aborted; isNew = false) {
        const generation = (await generations.list()).find((known) => known.id === id);
        if (generation?.state !== 'filling') return;
        if (isNew) await open(generation).create();
        if (await fill.step(generation)) continue;
        logger.info('a search index was filled', {
          generation: id,
          engine: generation.engine,
          entitiesRead: generation.entitiesRead,
        });
        return;
      }
    } catch (error) {
      await generations.hold(id, describeError(error).code);
      throw error;
    }
  }

  async #removeRetired(): Promise<void> {
    const { generations, open, retiredMs, logger } = this.#parts;
    for (const generation of await generations.listRetired(retiredMs)) {
      await open(generation).drop();
      await generations.remove(generation.id);
      logger.info('a search index was removed', { generation: generation.id });
    }
  }

  async #pause(): Promise<void> {
    await delay(this.#parts.pauseMs, undefined, { signal: this.#wake.signal }).catch(
      () => undefined, // woken
    );
    this.#wake = new AbortController();
  }
}
