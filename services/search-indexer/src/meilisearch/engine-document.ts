import { createHash } from 'node:crypto';
import { withoutMarks } from '../search/highlight.ts';
import { numbersOf } from '../search/numbers.ts';
import type { IndexChange } from '../search/search-index.ts';
import { engineWords } from './engine-words.ts';

/** A document as Meilisearch keeps it. */
export interface EngineDocument {
  readonly id: string;
  readonly space: string;
  readonly type: string;
  readonly connection_id: string;
  readonly plugin_id: string;
  readonly title: string;
  readonly details: string;
  readonly body: string;
  readonly title_words: string;
  readonly details_words: string;
  readonly body_words: string;
  readonly numbers: string;
}

/** Meilisearch takes 100 MB at once; a code unit is six bytes of JSON at most (`\\u0001`). */
const maxBatchLength = 10_000_000;

/**
 * The space as filters compare it. They ignore case and cut long values, so the id itself could let one space see
 * another.
 */
export function spaceKey(spaceId: string): string {
  return createHash('sha256').update(spaceId).digest('hex');
}

/** Nothing for an entity that is gone. */
export function engineDocuments(changes: readonly IndexChange[]): EngineDocument[] {
  return changes.flatMap(({ document, ...change }) => {
    if (document === undefined) return [];
    const { title, details, body } = document;
    return {
      id: change.entityId,
      space: spaceKey(change.spaceId),
      type: String(change.type),
      connection_id: change.connectionId,
      plugin_id: change.pluginId,
      title: withoutMarks(title),
      details: withoutMarks(details),
      body: withoutMarks(body),
      title_words: engineWords(title),
      details_words: engineWords(details),
      body_words: engineWords(body),
      numbers: numbersOf(details).join(' '),
    };
  });
}

/** Parts that fit into one request each. */
export function documentBatches(documents: readonly EngineDocument[]): EngineDocument[][] {
  const batches: EngineDocument[][] = [];
  let left = 0;
  for (const document of documents) {
    const length = lengthOf(document);
    if (batches.length === 0 || length > left) {
      batches.push([]);
      left = maxBatchLength;
    }
    batches.at(-1)?.push(document);
    left -= length;
  }
  return batches;
}

function lengthOf(document: EngineDocument): number {
  return Object.values(document).reduce((sum: number, text: string) => sum + text.length, 300);
}
