import type { Settings } from 'meilisearch';
import { maxFacetValues, maxMatches } from '../search/search-index.ts';

/** The searched fields, from the most to the least telling: `attribute` ranks by this order. */
export const wordFields = ['title_words', 'details_words', 'body_words'] as const;

/** Telephone numbers, which are searched for by themselves. */
export const numberField = 'numbers';

/**
 * All that finding depends on is said here, whatever the server's defaults. Words are cut by this service, so that both
 * engines find by the same ones; the texts themselves are only shown.
 */
export const indexSettings: Settings = {
  searchableAttributes: [...wordFields, numberField],
  displayedAttributes: ['id', 'type', 'connection_id', 'plugin_id', 'title', 'details', 'body'],
  filterableAttributes: ['space', 'type', 'connection_id', 'plugin_id'],
  sortableAttributes: [],
  rankingRules: ['words', 'typo', 'proximity', 'attribute', 'sort', 'exactness'],
  stopWords: [],
  synonyms: {},
  distinctAttribute: null,
  typoTolerance: {
    enabled: true,
    minWordSizeForTypos: { oneTypo: 5, twoTypos: 9 },
    disableOnWords: [],
    disableOnAttributes: [],
    // A phone number that differs in one digit is another's.
    disableOnNumbers: true,
  },
  proximityPrecision: 'byWord',
  prefixSearch: 'indexingTime',
  // Of search for the values of facets, which nobody does.
  facetSearch: false,
  faceting: { maxValuesPerFacet: maxFacetValues, sortFacetValuesBy: { '*': 'count' } },
  pagination: { maxTotalHits: maxMatches },
  searchCutoffMs: 3000,
};
