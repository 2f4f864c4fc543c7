import type { EntityType, SearchFacet } from '@made-open/contracts';

/** The searched texts of an entity, from the most to the least telling. */
export interface SearchDocument {
  readonly title: string;
  /** Addresses, names of others, places: short texts beside the title. */
  readonly details: string;
  readonly body: string;
}

/** One entity at one version. */
export interface IndexChange {
  readonly entityId: string;
  readonly spaceId: string;
  readonly connectionId: string;
  readonly pluginId: string;
  readonly type: EntityType;
  readonly version: number;
  /** Absent: the entity is gone. */
  readonly document: SearchDocument | undefined;
}

export interface SearchQuery {
  readonly spaceId: string;
  readonly query: string;
  /** Empty = all types. */
  readonly types: readonly EntityType[];
  /** Empty = all connections. */
  readonly connectionId: string;
  /** Empty = all plugins. */
  readonly pluginId: string;
  /** What to count matches by. */
  readonly facets: readonly SearchFacet[];
  readonly limit: number;
  /** Empty = the first page. */
  readonly cursor: string;
}

export interface SearchHit {
  readonly entityId: string;
  readonly type: EntityType;
  readonly connectionId: string;
  readonly pluginId: string;
  readonly title: string;
  /** The title with its matches marked. */
  readonly markedTitle: string;
  /** Text around the match; matches stand between U+E000 and U+E001. */
  readonly snippet: string;
  readonly score: number;
}

export interface SearchPage {
  readonly hits: readonly SearchHit[];
  /** Empty on the last page. */
  readonly nextCursor: string;
  /** Matches in all, counted up to `maxMatches`. */
  readonly total: number;
  /** Of the facets asked for. */
  readonly facetCounts: readonly FacetCount[];
}

/**
 * Matches that have one value of a facet. What narrows the search by the same facet does not count, so that one sees
 * what another choice would find.
 */
export interface FacetCount {
  readonly facet: SearchFacet;
  /** Id of a connection or plugin, or a type in digits. */
  readonly value: string;
  readonly count: number;
}

/** Matches that are ranked and counted; who has more narrows the search. */
export const maxMatches = 10_000;

/** Values of one facet that are counted. */
export const maxFacetValues = 100;

/** Titles that are compared for their likeness when no document has the words. */
export const maxCandidates = 1000;

/** A search engine. Every adapter passes `test/search-index.contract.ts`. */
export abstract class SearchIndex {
  /** Makes what is missing for it; of an index that is there nothing is lost. */
  abstract create(): Promise<void>;

  /** Removes it with all its documents and versions. */
  abstract drop(): Promise<void>;

  /**
   * Applies changes and resolves once they can be found. A change that is not newer than what was applied of its
   * entity does nothing, also after a deletion, so order and repetition do not matter.
   */
  abstract apply(changes: readonly IndexChange[]): Promise<void>;

  abstract search(query: SearchQuery): Promise<SearchPage>;
}

/**
 * The newest change of each entity, since one statement may not touch a row twice; in the order of their ids, so that
 * two writers never wait for each other.
 */
export function newestChanges(changes: readonly IndexChange[]): IndexChange[] {
  const newest = new Map<string, IndexChange>();
  for (const change of changes) {
    const known = newest.get(change.entityId);
    if (known === undefined || known.version < change.version) newest.set(change.entityId, change);
  }
  return [...newest.values()].toSorted((a, b) => (a.entityId < b.entityId ? -1 : 1));
}
