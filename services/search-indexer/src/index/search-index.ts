import type { EntityType } from '@made-open/contracts';

/** One entity as it is searched; absent texts mean that it was deleted. */
export interface IndexChange {
  readonly entityId: string;
  readonly spaceId: string;
  readonly connectionId: string;
  readonly type: EntityType;
  readonly version: number;
  readonly document: { readonly title: string; readonly body: string } | undefined;
}

export interface SearchQuery {
  readonly spaceId: string;
  readonly query: string;
  readonly types: readonly EntityType[];
  readonly connectionId: string;
  readonly limit: number;
  readonly cursor: string;
}

export interface SearchPage {
  readonly hits: readonly {
    entityId: string;
    type: EntityType;
    connectionId: string;
    title: string;
    snippet: string;
    score: number;
  }[];
  readonly nextCursor: string;
  readonly total: number;
}

/** The search engine behind the service. */
export abstract class SearchIndex {
  /** Applies changes; older versions than those indexed change nothing. Resolves once they can be found. */
  abstract apply(changes: readonly IndexChange[]): Promise<void>;
  abstract search(query: SearchQuery): Promise<SearchPage>;
}
