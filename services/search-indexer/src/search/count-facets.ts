import { SearchFacet } from '@made-open/contracts';
import {
  maxFacetValues,
  type FacetCount,
  type SearchHit,
  type SearchQuery,
} from './search-index.ts';

type Origin = Pick<SearchHit, 'type' | 'connectionId' | 'pluginId'>;
type Narrowing = Pick<SearchQuery, 'types' | 'connectionId' | 'pluginId'>;

const values: Readonly<Record<1 | 2 | 3, (origin: Origin) => string>> = {
  [SearchFacet.TYPE]: ({ type }) => String(type),
  [SearchFacet.CONNECTION]: ({ connectionId }) => connectionId,
  [SearchFacet.PLUGIN]: ({ pluginId }) => pluginId,
};

/** Whether a search is narrowed to this, leaving one facet out of account. */
export function isWithin(
  { types, connectionId, pluginId }: Narrowing,
  origin: Origin,
  without?: SearchFacet,
): boolean {
  return (
    (without === SearchFacet.TYPE || types.length === 0 || types.includes(origin.type)) &&
    (without === SearchFacet.CONNECTION ||
      connectionId === '' ||
      connectionId === origin.connectionId) &&
    (without === SearchFacet.PLUGIN || pluginId === '' || pluginId === origin.pluginId)
  );
}

/** Counts matches that are not narrowed yet, by every facet; most first, then by value. */
export function countFacets(query: Narrowing, matches: readonly Origin[]): FacetCount[] {
  return ([SearchFacet.TYPE, SearchFacet.CONNECTION, SearchFacet.PLUGIN] as const).flatMap(
    (facet) => {
      const counts = new Map<string, number>();
      for (const match of matches) {
        const value = values[facet](match);
        if (value !== '' && isWithin(query, match, facet))
          counts.set(value, (counts.get(value) ?? 0) + 1);
      }
      return [...counts]
        .map(([value, count]) => ({ facet, value, count }))
        .toSorted((a, b) => b.count - a.count || (a.value < b.value ? -1 : 1))
        .slice(0, maxFacetValues);
    },
  );
}
