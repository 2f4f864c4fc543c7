import { SearchQueryError } from '../errors.ts';
import { snippetOf } from './highlight.ts';
import { readCursor, writeCursor, type PageEnd, type Way } from './page-cursor.ts';
import { readTerms, wordMatcher, type QueryTerms } from './query-terms.ts';
import type { SearchDocument, SearchHit, SearchPage, SearchQuery } from './search-index.ts';

/** What an engine is asked for: matches by score, then by id, behind `after`, one more than the page holds. */
export interface Wanted {
  readonly query: SearchQuery;
  readonly terms: QueryTerms;
  readonly way: Way;
  readonly after: PageEnd | undefined;
  readonly limit: number;
}

export interface Matches {
  readonly total: number;
  readonly found: readonly (Omit<SearchHit, 'snippet'> & SearchDocument)[];
}

/** A search for engines that only match words: beginnings, likeness when no words match, pages, snippets. */
export async function searchByWords(
  query: SearchQuery,
  find: (wanted: Wanted) => Promise<Matches>,
): Promise<SearchPage> {
  const terms = readTerms(query.query);
  if (terms.phrases.length === 0)
    throw new SearchQueryError('a search needs at least one letter or digit');
  const after = readCursor(query);
  const wanted = { query, terms, after, limit: query.limit + 1 };
  const way = after?.way ?? 'words';
  const matches = await find({ ...wanted, way });
  if (matches.total > 0 || after !== undefined) return pageOf(query, terms, way, matches);
  return pageOf(query, terms, 'likeness', await find({ ...wanted, way: 'likeness' }));
}

function pageOf(
  query: SearchQuery,
  terms: QueryTerms,
  way: Way,
  { total, found }: Matches,
): SearchPage {
  const matches = wordMatcher(terms);
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
      snippet: snippetOf([details, body, title], matches),
    })),
  };
}
