import type { OpenIndex } from '../src/generations/current-index.ts';
import { MemorySearchIndex } from '../src/search/memory-search-index.ts';

/** An index in memory for each generation. */
export class MemoryIndexes {
  readonly opened = new Map<number, MemorySearchIndex>();

  readonly open: OpenIndex = ({ id }) => this.of(id);

  of(id: number): MemorySearchIndex {
    const index = this.opened.get(id) ?? new MemorySearchIndex();
    this.opened.set(id, index);
    return index;
  }
}
