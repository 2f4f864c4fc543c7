import { describeError } from '@made-open/bus';
import type { IndexChange, SearchIndex } from '../search/search-index.ts';

/**
 * Applies all changes that the index takes: what is refused is halved until the one is found that is. `onRefused` is told
 * of each such change; a fault that passes is thrown.
 */
export async function applyApart(
  index: Pick<SearchIndex, 'apply'>,
  changes: readonly IndexChange[],
  onRefused: (change: IndexChange, error: unknown) => void,
): Promise<void> {
  try {
    await index.apply(changes);
  } catch (error) {
    const [first] = changes;
    if (first === undefined || describeError(error).retry === 'later') throw error;
    if (changes.length === 1) {
      onRefused(first, error);
      return;
    }
    const half = Math.ceil(changes.length / 2);
    await applyApart(index, changes.slice(0, half), onRefused);
    await applyApart(index, changes.slice(half), onRefused);
  }
}
