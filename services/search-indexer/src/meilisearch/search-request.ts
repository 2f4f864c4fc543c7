import { SearchFacet } from '@made-open/contracts';
import type { MultiSearchQuery } from 'meilisearch';
import { SearchQueryError } from '../errors.ts';
import { closingMark, openingMark } from '../search/highlight.ts';
import { digitsOf } from '../search/numbers.ts';
import type { QueryTerms } from '../search/query-terms.ts';
import type { SearchQuery } from '../search/search-index.ts';
import { isCharacter } from '../search/words.ts';
import { spaceKey } from './engine-document.ts';
import { engineQuery } from './engine-words.ts';
import { numberField, wordFields } from './index-settings.ts';

/** About as many words as a snippet shows. */
const cropWords = 40;

export const facetFields: ReadonlyMap<SearchFacet, 'type' | 'connection_id' | 'plugin_id'> =
  new Map([
    [SearchFacet.TYPE, 'type'],
    [SearchFacet.CONNECTION, 'connection_id'],
    [SearchFacet.PLUGIN, 'plugin_id'],
  ] as const);

/** Hits from `offset` on; how many of the page's hits stand before the first one wanted. */
export interface PageRequest {
  readonly query: MultiSearchQuery;
  readonly skipped: number;
}

/** Asks by pages, not by offset and limit: only so are the matches counted and not estimated. */
export function pageRequest(
  indexUid: string,
  { query, terms, offset }: { query: SearchQuery; terms: QueryTerms; offset: number },
): PageRequest {
  const { page, hitsPerPage } = pageAround(offset, query.limit);
  return {
    skipped: offset - (page - 1) * hitsPerPage,
    query: {
      indexUid,
      ...searched(terms),
      filter: filtersOf(query),
      page,
      hitsPerPage,
      attributesToRetrieve: ['id', 'type', 'connection_id', 'plugin_id', 'title'],
      attributesToHighlight: ['title', 'details', 'body'],
      highlightPreTag: openingMark,
      highlightPostTag: closingMark,
      ...(isCut(terms) ? { attributesToCrop: ['body'], cropLength: cropWords } : {}),
      showRankingScore: true,
    },
  };
}

function searched(
  terms: QueryTerms,
): Pick<MultiSearchQuery, 'q' | 'matchingStrategy' | 'attributesToSearchOn'> {
  const isNumber = terms.phrases.flat().some((word) => digitsOf(word) !== undefined);
  return {
    q: engineQuery(terms),
    matchingStrategy: 'all',
    attributesToSearchOn: isNumber ? [numberField] : [...wordFields],
  };
}

/**
 * Meilisearch crops where it finds the words in the text itself. Those of a script without spaces it only finds by their
 * numbers, so it would show the beginning: the text comes whole then, and this service cuts it.
 */
function isCut({ phrases }: QueryTerms): boolean {
  return !phrases.flat().some(isCharacter);
}

/** Counts by each facet asked for, without what narrows the search by that facet itself. */
export function facetRequests(
  indexUid: string,
  query: SearchQuery,
  terms: QueryTerms,
): { readonly facet: SearchFacet; readonly asked: MultiSearchQuery }[] {
  return [...new Set(query.facets)].flatMap((facet) => {
    const field = facetFields.get(facet);
    if (field === undefined) return [];
    const asked: MultiSearchQuery = {
      indexUid,
      ...searched(terms),
      filter: filtersOf(query, field),
      page: 1,
      hitsPerPage: 1,
      attributesToRetrieve: ['id'],
      facets: [field],
    };
    return { facet, asked };
  });
}

/** The smallest page of Meilisearch that holds `count` hits from `offset` on. */
export function pageAround(offset: number, count: number): { page: number; hitsPerPage: number } {
  for (let hitsPerPage = count; ; hitsPerPage++) {
    const page = Math.floor(offset / hitsPerPage) + 1;
    if (page * hitsPerPage >= offset + count) return { page, hitsPerPage };
  }
}

/** All of these, and one of each list. */
function filtersOf(query: SearchQuery, without?: string): (string | string[])[] {
  const { spaceId, types, connectionId, pluginId } = query;
  const narrowing: [string, string[]][] = [
    ['type', types.map(String)],
    ['connection_id', connectionId === '' ? [] : [connectionId]],
    ['plugin_id', pluginId === '' ? [] : [pluginId]],
  ];
  return [
    equals('space', spaceKey(spaceId)),
    ...narrowing.flatMap(([field, values]) =>
      field === without || values.length === 0 ? [] : [values.map((value) => equals(field, value))],
    ),
  ];
}

/** Ids hold nothing that a filter would have to escape; what does is none. */
function equals(field: string, value: string): string {
  if (!/^[\w.:-]{1,200}$/u.test(value))
    throw new SearchQueryError(`no ${field} has other signs than letters, digits and .:_-`);
  return `${field} = "${value}"`;
}
