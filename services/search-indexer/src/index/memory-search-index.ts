import type { Matches, Wanted } from './search-by-words.ts';
import { searchByWords } from './search-by-words.ts';
import {
  maxMatches,
  SearchIndex,
  type IndexChange,
  type SearchDocument,
  type SearchPage,
  type SearchQuery,
} from './search-index.ts';
import { wordsOf } from './words.ts';

const weights = { title: 1, details: 0.4, body: 0.2 } as const;
const likeEnough = 0.4;

/** An index for specs; the contract that it shares with PostgreSQL keeps it honest. */
export class MemorySearchIndex extends SearchIndex {
  readonly #entities = new Map<string, IndexChange>();

  override apply(changes: readonly IndexChange[]): Promise<void> {
    for (const change of changes)
      if ((this.#entities.get(change.entityId)?.version ?? 0) < change.version)
        this.#entities.set(change.entityId, change);
    return Promise.resolve();
  }

  override search(query: SearchQuery): Promise<SearchPage> {
    return searchByWords(query, (wanted) => Promise.resolve(this.#find(wanted)));
  }

  override clear(): Promise<void> {
    this.#entities.clear();
    return Promise.resolve();
  }

  #find({ query, terms, way, after, limit }: Wanted): Matches {
    const score = (document: SearchDocument): number =>
      way === 'words'
        ? wordScore(document, terms.phrases)
        : likeness(terms.phrases.flat(), wordsOf(document.title));
    const matched = [...this.#entities.values()]
      .filter((entity) => isWanted(entity, query))
      .flatMap(({ document, ...entity }) =>
        document === undefined ? [] : [{ ...entity, ...document, score: score(document) }],
      )
      .filter((match) => match.score > 0)
      .toSorted((a, b) => b.score - a.score || (a.entityId < b.entityId ? -1 : 1));
    const start =
      after === undefined
        ? 0
        : matched.findIndex(
            (match) =>
              match.score < after.score ||
              (match.score === after.score && match.entityId > after.entityId),
          );
    return {
      total: Math.min(matched.length, maxMatches),
      found: start === -1 ? [] : matched.slice(start, start + limit),
    };
  }
}

function isWanted(entity: IndexChange, { spaceId, types, connectionId }: SearchQuery): boolean {
  return (
    entity.spaceId === spaceId &&
    (types.length === 0 || types.includes(entity.type)) &&
    (connectionId === '' || entity.connectionId === connectionId)
  );
}

/** Every phrase in some field, the last one as a beginning; the best field counts. */
function wordScore(document: SearchDocument, phrases: readonly (readonly string[])[]): number {
  let score = 0;
  for (const [index, phrase] of phrases.entries()) {
    const best = Math.max(
      ...(['title', 'details', 'body'] as const).map((field) =>
        holds(wordsOf(document[field]), phrase, index === phrases.length - 1) ? weights[field] : 0,
      ),
    );
    if (best === 0) return 0;
    score += best;
  }
  return score / phrases.length;
}

function holds(words: readonly string[], phrase: readonly string[], isLast: boolean): boolean {
  return words.some((_, start) =>
    phrase.every((word, offset) =>
      isLast && offset === phrase.length - 1
        ? (words[start + offset]?.startsWith(word) ?? false)
        : words[start + offset] === word,
    ),
  );
}

function likeness(query: readonly string[], title: readonly string[]): number {
  const wanted = trigrams(query);
  const known = trigrams(title);
  const part = [...wanted].filter((trigram) => known.has(trigram)).length / wanted.size;
  return part > likeEnough ? part : 0;
}

function trigrams(words: readonly string[]): Set<string> {
  return new Set(
    words.flatMap((word) => {
      const padded = `  ${word} `;
      return Array.from({ length: padded.length - 2 }, (_, at) => padded.slice(at, at + 3));
    }),
  );
}
