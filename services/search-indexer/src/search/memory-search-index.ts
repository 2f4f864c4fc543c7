import { numbersOf, numberWord } from './numbers.ts';
import type { QueryTerms } from './query-terms.ts';
import { countFacets, isWithin } from './count-facets.ts';
import { searchByWords, takeBehind, type FoundDocument, type Match } from './search-by-words.ts';
import {
  SearchIndex,
  type IndexChange,
  type SearchDocument,
  type SearchPage,
  type SearchQuery,
} from './search-index.ts';
import { wordsOf } from './words.ts';

const weights = { title: 1, details: 0.4, body: 0.2 } as const;

/** An index for specs; the contract that it shares with PostgreSQL keeps it honest. */
export class MemorySearchIndex extends SearchIndex {
  readonly #entities = new Map<string, IndexChange>();

  override create(): Promise<void> {
    return Promise.resolve();
  }

  override drop(): Promise<void> {
    this.#entities.clear();
    return Promise.resolve();
  }

  override apply(changes: readonly IndexChange[]): Promise<void> {
    for (const change of changes)
      if ((this.#entities.get(change.entityId)?.version ?? 0) < change.version)
        this.#entities.set(change.entityId, change);
    return Promise.resolve();
  }

  override search(query: SearchQuery): Promise<SearchPage> {
    return searchByWords(query, {
      byWords: ({ terms, after, limit }) => {
        const matches = this.#matches(query, terms).filter((found) => isWithin(query, found));
        return Promise.resolve(takeBehind(matches, after, limit));
      },
      facetsByWords: (terms) => Promise.resolve(countFacets(query, this.#matches(query, terms))),
      byBeginnings: (wanted, beginnings) => {
        const hasOne = ({ title }: FoundDocument): boolean =>
          wordsOf(title).some((word) => beginnings.some((beginning) => word.startsWith(beginning)));
        return Promise.resolve(
          this.#documents(query).filter((found) => isWithin(wanted, found) && hasOne(found)),
        );
      },
    });
  }

  #matches(query: SearchQuery, terms: QueryTerms): Match[] {
    return this.#documents(query)
      .map((document) => ({ ...document, score: wordScore(document, terms) }))
      .filter(({ score }) => score > 0);
  }

  #documents({ spaceId }: SearchQuery): FoundDocument[] {
    return [...this.#entities.values()]
      .filter((entity) => entity.spaceId === spaceId)
      .flatMap(({ document, ...entity }) =>
        document === undefined ? [] : [{ ...entity, ...document }],
      );
  }
}

/** Every phrase in some field; the best field counts. */
function wordScore(document: SearchDocument, { phrases, endsOpen }: QueryTerms): number {
  let score = 0;
  for (const [index, phrase] of phrases.entries()) {
    const isOpen = endsOpen && index === phrases.length - 1;
    const best = Math.max(
      ...(['title', 'details', 'body'] as const).map((field) => {
        const words = wordsOf(document[field]);
        if (field === 'details') words.push(...numbersOf(document.details).map(numberWord));
        if (!holds(words, phrase, isOpen)) return 0;
        return holds(words, phrase, false) ? weights[field] : weights[field] / 2;
      }),
    );
    if (best === 0) return 0;
    score += best;
  }
  return score / phrases.length;
}

function holds(words: readonly string[], phrase: readonly string[], isOpen: boolean): boolean {
  return words.some((_, start) =>
    phrase.every((word, offset) =>
      isOpen && offset === phrase.length - 1
        ? (words[start + offset]?.startsWith(word) ?? false)
        : words[start + offset] === word,
    ),
  );
}
