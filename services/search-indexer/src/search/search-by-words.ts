import { SearchQueryError } from '../errors.ts';
import { countFacets } from './count-facets.ts';
import { markedText, snippetOf } from './highlight.ts';
import { beginnings, likeness } from './likeness.ts';
import { readCursor, writeCursor, type PageEnd, type Way } from './page-cursor.ts';
import { numberTerms } from './numbers.ts';
import { readTerms, type QueryTerms } from './query-terms.ts';
import {
  maxMatches,
  type FacetCount,
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

export type FoundDocument = Omit<SearchHit, 'snippet' | 'score' | 'markedTitle'> & SearchDocument;
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
  /** Counts of the matches by words; of all facets, whatever is asked for. */
  facetsByWords(terms: QueryTerms): Promise<readonly FacetCount[]>;
}

/**
 * A search: by words; when nothing has them and none is quoted, by the end of a telephone number or by the likeness of
 * titles; in pages, with snippets.
 */
export async function searchByWords(query: SearchQuery, engine: WordEngine): Promise<SearchPage> {
  const terms = readTerms(query.query);
  if (terms.phrases.length === 0)
    throw new SearchQueryError('a search needs at least one letter or digit');
  if (`${query.spaceId}${query.connectionId}${query.pluginId}`.includes('\0'))
    throw new SearchQueryError('no space, connection or plugin has NUL in its id');
  const after = readCursor(query);
  const wanted = { query, terms, after, limit: query.limit + 1 };
  return (
    (await pageByWords(wanted, engine)) ??
    pageOf(wanted, 'likeness', await byLikeness(wanted, engine))
  );
}

/** Undefined when nothing has the words, and something like them may be looked for. */
async function pageByWords(wanted: Wanted, engine: WordEngine): Promise<SearchPage | undefined> {
  const { query, terms, after } = wanted;
  const number = numberTerms(query.query, terms);
  for (const [way, asked] of [['words', terms] as const, ['number', number] as const]) {
    if (asked === undefined || (after !== undefined && after.way !== way)) continue;
    const matches = await engine.byWords({ ...wanted, terms: asked });
    if (matches.total === 0 && after === undefined && !terms.isExact) continue;
    const counts = query.facets.length === 0 ? [] : await engine.facetsByWords(asked);
    return pageOf(wanted, way, { ...matches, counts });
  }
  return undefined;
}

async function byLikeness({ query, terms, after, limit }: Wanted, engine: WordEngine) {
  const words = terms.phrases.flat();
  const matchesOf = async (asked: SearchQuery): Promise<Match[]> => {
    const candidates = await engine.byBeginnings(asked, beginnings(words));
    return candidates
      .map((found) => ({ ...found, score: likeness(words, found.title) }))
      .filter(({ score }) => score > 0);
  };
  const matches = await matchesOf(query);
  const page = takeBehind(matches, after, limit);
  if (query.facets.length === 0) return { ...page, counts: [] };
  // Of many candidates only the best are compared: what the narrowed search found may be missing in the wide one.
  const wide = await matchesOf({ ...query, types: [], connectionId: '', pluginId: '' });
  const all = new Map([...wide, ...matches].map((match) => [match.entityId, match]));
  return { ...page, counts: countFacets(query, [...all.values()]) };
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

function pageOf(
  { query, terms }: Wanted,
  way: Way,
  { total, found, counts }: Matches & { readonly counts: readonly FacetCount[] },
): SearchPage {
  const shown = found.slice(0, query.limit);
  const last = found.length > query.limit ? shown.at(-1) : undefined;
  return {
    total,
    nextCursor: last === undefined ? '' : writeCursor(query, { way, ...last }),
    facetCounts: counts.filter(({ facet }) => query.facets.includes(facet)),
    hits: shown.map(({ details, body, ...hit }) => ({
      ...hit,
      markedTitle: markedText(hit.title, terms),
      snippet: snippetOf([details, body, hit.title], terms),
    })),
  };
}
