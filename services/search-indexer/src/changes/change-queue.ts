import { describeError } from '@made-open/bus';
import type { IndexChange, SearchIndex } from '../search/search-index.ts';
import { applyApart } from './apply-apart.ts';

interface Batch {
  readonly changes: readonly IndexChange[];
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

/** Hands changes to the index, one write at a time: all batches that arrive during one become the next. */
export class ChangeQueue {
  readonly #index: Pick<SearchIndex, 'apply'>;
  #waiting: Batch[] = [];
  #isWriting = false;

  constructor(index: Pick<SearchIndex, 'apply'>) {
    this.#index = index;
  }

  /** Resolves once the index has the changes. */
  write(changes: readonly IndexChange[]): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    this.#waiting.push({ changes, resolve, reject });
    if (!this.#isWriting) void this.#writeAll();
    return promise;
  }

  async #writeAll(): Promise<void> {
    this.#isWriting = true;
    while (this.#waiting.length > 0) await this.#apply(this.#waiting.splice(0));
    this.#isWriting = false;
  }

  /** A batch that cannot be written must not take others with it: after a fault each is tried alone. */
  async #apply(batches: readonly Batch[]): Promise<void> {
    const [first] = batches;
    if (first === undefined) return;
    if (batches.length === 1) return this.#applyAlone(first);
    try {
      await this.#index.apply(batches.flatMap(({ changes }) => changes));
      for (const { resolve } of batches) resolve();
    } catch (error) {
      if (describeError(error).retry === 'later') for (const { reject } of batches) reject(error);
      else for (const batch of batches) await this.#applyAlone(batch);
    }
  }

  /** A batch is refused with the first change that is, and only after all others were written: it does not come again. */
  async #applyAlone({ changes, resolve, reject }: Batch): Promise<void> {
    const refused: unknown[] = [];
    try {
      await applyApart(this.#index, changes, (_change, error) => refused.push(error));
      if (refused.length === 0) resolve();
      else reject(refused[0]);
    } catch (error) {
      reject(error);
    }
  }
}
