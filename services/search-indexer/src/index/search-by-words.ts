import { SearchQueryError } from '../errors.ts';
import { snippetOf } from './highlight.ts';
import { beginnings, likeness } from './likeness.ts';
import { readCursor, writeCursor, type PageEnd, type Way } from './page-cursor.ts';
import { readTerms, type QueryTerms } from './query-terms.ts';
import {
  maxMatches,
  type SearchDocument,
  type SearchHit,
  type SearchPage,
  type SearchQuery,
} from './search-index.ts';

/** What is asked of an engine: matches by score, then by id, behind `after`, one more than the page holds. */
export interface Wanted {
  readonly query: SearchQuery;
  readonly terms: QueryTerms;
  readonly after: PageEnd | undefined;
  readonly limit: number;
}

export type FoundDocument = Omit<SearchHit, 'snippet' | 'score'> & SearchDocument;
export type Match = FoundDocument & { readonly score: number };

export interface Matches {
  readonly total: number;
  readonly found: readonly Match[];
}

/** An engine that only knows which documents have which words. */
export interface WordEngine {
  byWords(wanted: Wanted): Promise<Matches>;
  /** Documents with a word in the title that begins in one of these ways; of longer texts the beginning is enough. */
  byBeginnings(query: SearchQuery, beginnings: readonly string[]): Promise<FoundDocument[]>;
}

/** A search: by words, by the likeness of titles when nothing has these words and none is quoted, in pages, with snippets. */
export async function searchByWords(query: SearchQuery, engine: WordEngine): Promise<SearchPage> {
  const terms = readTerms(query.query);
  if (terms.phrases.length === 0)
    throw new SearchQueryError('a search needs at least one letter or digit');
  if (`${query.spaceId}${query.connectionId}`.includes('\0'))
    throw new SearchQueryError('no space and no connection has NUL in its id');
  const after = readCursor(query);
  const wanted = { query, terms, after, limit: query.limit + 1 };
  if (after?.way !== 'likeness') {
    const matches = await engine.byWords(wanted);
    const isOver = matches.total > 0 || after !== undefined || terms.isExact;
    if (isOver) return pageOf(wanted, 'words', matches);
  }
  return pageOf(wanted, 'likeness', await byLikeness(wanted, engine));
}

async function byLikeness({ query, terms, after, limit }: Wanted, engine: WordEngine) {
  const words = terms.phrases.flat();
  const candidates = await engine.byBeginnings(query, beginnings(words));
  const matched = candidates.map((found) => ({ ...found, score: likeness(words, found.title) }));
  return takeBehind(
    matched.filter(({ score }) => score > 0),
    after,
    limit,
  );
}

/** The best first; of equally good ones in the order of their ids, so that pages fit together. */
export function takeBehind(
  matches: readonly Match[],
  after: PageEnd | undefined,
  limit: number,
): Matches {
  const isBehind = ({ score, entityId }: Match): boolean =>
    after === undefined ||
    score < after.score ||
    (score === after.score && entityId > after.entityId);
  const found = matches
    .filter(isBehind)
    .toSorted((a, b) => b.score - a.score || (a.entityId < b.entityId ? -1 : 1));
  return { total: Math.min(matches.length, maxMatches), found: found.slice(0, limit) };
}

function pageOf({ query, terms }: Wanted, way: Way, { total, found }: Matches): SearchPage {
  const shown = found.slice(0, query.limit);
  const last = found.length > query.limit ? shown.at(-1) : undefined;
  return {
    total,
    nextCursor: last === undefined ? '' : writeCursor(query, { way, ...last }),
    hits: shown.map(({ entityId, type, connectionId, title, details, body, score }) => ({
      entityId,
      type,
      connectionId,
      title,
      score,
      snippet: snippetOf([details, body, title], terms),
    })),
  };
}
