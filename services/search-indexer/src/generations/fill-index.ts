import { describeError } from '@made-open/bus';
import { applyApart } from '../changes/apply-apart.ts';
import type { IndexChange, SearchIndex } from '../search/search-index.ts';
import type { OpenIndex } from './current-index.ts';
import type { EntityPage, EntitySource, OnRefused } from './entity-source.ts';
import type { FillPosition, Generation, GenerationStore } from './generation-store.ts';

export interface FillParts {
  readonly generations: GenerationStore;
  readonly open: OpenIndex;
  readonly source: EntitySource;
  /** Of an entity that the engine refuses. */
  readonly onRefused: OnRefused;
}

/**
 * Fills an index from the entities, page by page, and lets it take over. Changes flow to it meanwhile and win by their
 * version, deletions, too; so a page may be old when it is written, and one that is written twice does no harm.
 */
export class FillIndex {
  readonly #parts: FillParts;

  constructor(parts: FillParts) {
    this.#parts = parts;
  }

  /** Makes the next step; false when there is none left, or nobody wants it any more. */
  async step(generation: Generation): Promise<boolean> {
    const { generations, source, open } = this.#parts;
    const { id, position } = generation;
    const type = source.types[position.type];
    if (position.spaceId !== '' && type !== undefined) {
      const page = await source.page(position.spaceId, type, position.cursor);
      await this.#write(open(generation), page.changes);
      return generations.advance(id, behind(position, page), page.changes.length);
    }
    const spaceId = await source.spaceBehind(position.spaceId);
    if (spaceId !== undefined) return generations.advance(id, { spaceId, type: 0, cursor: '' }, 0);
    await generations.finish(id);
    return false;
  }

  /** One entity that the engine refuses must not keep out all others. */
  async #write(index: SearchIndex, changes: readonly IndexChange[]): Promise<void> {
    await applyApart(index, changes, ({ entityId }, error) => {
      this.#parts.onRefused(entityId, describeError(error).code);
    });
  }
}

function behind({ spaceId, type, cursor }: FillPosition, page: EntityPage): FillPosition {
  if (page.nextCursor === '') return { spaceId, type: type + 1, cursor: '' };
  // A page that led to itself would be read for ever.
  if (page.nextCursor === cursor) throw new Error('the entities gave the same page twice');
  return { spaceId, type, cursor: page.nextCursor };
}
