import { describeError } from '@made-open/bus';
import type { Logger } from '@made-open/nest';
import { setTimeout as delay } from 'node:timers/promises';
import type { EngineName } from '../config.ts';
import type { OpenIndex } from './current-index.ts';
import type { FillIndex } from './fill-index.ts';
import type { Generation, GenerationStore } from './generation-store.ts';
import type { RemoveRetired } from './remove-retired.ts';

export interface KeeperParts {
  readonly generations: GenerationStore;
  readonly open: OpenIndex;
  readonly fill: FillIndex;
  readonly retired: RemoveRetired;
  /** The engine that is to answer. */
  readonly engine: EngineName;
  /** Runs the work while no other process does; false when one does. */
  readonly alone: (work: () => Promise<void>) => Promise<boolean>;
  readonly logger: Pick<Logger, 'info' | 'error'>;
  /** Between looks for something to do, and after a fault. */
  readonly pauseMs: number;
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
    const { generations, engine, logger, retired } = this.#parts;
    // First, and again before each page: a filling that is held up, or takes hours, must not keep what nobody searches.
    await retired.remove();
    const known = await generations.list();
    const next = known.findLast(({ state }) => state !== 'retired');
    if (next?.engine !== engine) {
      const { id } = await generations.begin(engine);
      logger.info('a search index of another engine is filled', { generation: id, engine });
    }
    for (const generation of await generations.list())
      if (generation.state === 'filling') await this.#fill(generation);
  }

  async #fill({ id }: Generation): Promise<void> {
    const { generations, open, fill, logger, retired } = this.#parts;
    try {
      for (let isNew = true; !this.#stopped.signal.aborted; isNew = false) {
        const generation = (await generations.list()).find((known) => known.id === id);
        if (generation?.state !== 'filling') return;
        if (isNew) await open(generation).create();
        else await retired.remove();
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

  async #pause(): Promise<void> {
    await delay(this.#parts.pauseMs, undefined, { signal: this.#wake.signal }).catch(
      () => undefined, // woken
    );
    this.#wake = new AbortController();
  }
}
