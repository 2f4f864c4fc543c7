import { describeError } from '@made-open/bus';
import type { Logger } from '@made-open/nest';
import type { OpenIndex } from './current-index.ts';
import type { Generation, GenerationStore } from './generation-store.ts';

export interface RemoveParts {
  readonly generations: GenerationStore;
  readonly open: OpenIndex;
  readonly logger: Pick<Logger, 'info' | 'error'>;
  /** What was retired is removed so much later: another process may still search it. */
  readonly retiredMs: number;
  /** Until one that could not be removed is tried again. */
  readonly againMs: number;
}

/**
 * Removes indexes that nobody searches any more, each by itself: they get no changes, so one that stays keeps what has
 * been erased since. One whose engine is away must not keep the others.
 */
export class RemoveRetired {
  readonly #parts: RemoveParts;
  readonly #failed = new Map<number, { readonly code: string; readonly at: number }>();

  constructor(parts: RemoveParts) {
    this.#parts = parts;
  }

  async remove(): Promise<void> {
    const { generations, retiredMs } = this.#parts;
    for (const generation of await generations.listRetired(retiredMs))
      if (this.#isDue(generation)) await this.#tryRemove(generation);
  }

  #isDue({ id }: Generation): boolean {
    const failed = this.#failed.get(id);
    return failed === undefined || Date.now() - failed.at >= this.#parts.againMs;
  }

  async #tryRemove(generation: Generation): Promise<void> {
    const { generations, open, logger } = this.#parts;
    const { id } = generation;
    try {
      await open(generation).drop();
    } catch (error) {
      await this.#note(generation, error);
      return;
    }
    await generations.remove(id);
    this.#failed.delete(id);
    logger.info('a search index was removed', { generation: id });
  }

  async #note({ id, engine, fault }: Generation, error: unknown): Promise<void> {
    const { generations, logger } = this.#parts;
    const { code } = describeError(error);
    if (this.#failed.get(id)?.code !== code)
      logger.error(
        'a retired search index cannot be removed; what it holds stays in its engine, what is erased later, too',
        { generation: id, engine, error },
      );
    this.#failed.set(id, { code, at: Date.now() });
    if (fault !== code) await generations.hold(id, code);
  }
}
