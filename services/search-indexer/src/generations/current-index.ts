import { describeError } from '@made-open/bus';
import { IndexUnavailableError } from '../errors.ts';
import type { IndexChange, SearchIndex, SearchPage, SearchQuery } from '../search/search-index.ts';
import type { Generation, GenerationStore } from './generation-store.ts';

/** The index of a generation. */
export type OpenIndex = (generation: Pick<Generation, 'id' | 'engine'>) => SearchIndex;

/** Hands changes to every index that is in use, and questions to the one that answers. */
export class CurrentIndex {
  readonly #generations: GenerationStore;
  readonly #open: OpenIndex;

  constructor(generations: GenerationStore, open: OpenIndex) {
    this.#generations = generations;
    this.#open = open;
  }

  /**
   * Which indexes there are is read at every write: a change that misses one has left etl before that began, and is part
   * of what fills it. All are written to, though one fails: searches find what they can find. Of two faults the one that
   * passes is thrown: after a refusal nobody would bring the changes again to the index that was away.
   */
  async apply(changes: readonly IndexChange[]): Promise<void> {
    const generations = await this.#generations.list();
    const used = generations.filter(({ state }) => state !== 'retired');
    const written = await Promise.allSettled(
      used.map(async (generation) => this.#open(generation).apply(changes)),
    );
    const faults = written.flatMap((result): unknown[] =>
      result.status === 'rejected' ? [result.reason] : [],
    );
    if (faults.length > 0)
      throw faults.find((fault) => describeError(fault).retry === 'later') ?? faults[0];
  }

  async search(query: SearchQuery): Promise<SearchPage> {
    const generations = await this.#generations.list();
    const live = generations.find(({ state }) => state === 'live');
    if (live === undefined) throw new IndexUnavailableError(new Error('there is no live index'));
    return this.#open(live).search(query);
  }
}
