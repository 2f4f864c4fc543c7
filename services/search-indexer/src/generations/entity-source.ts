import type { IndexChange } from '../search/search-index.ts';

export interface EntityPage {
  readonly changes: readonly IndexChange[];
  /** Empty on the last page. */
  readonly nextCursor: string;
}

/** The entities themselves, which an index is filled from. */
export abstract class EntitySource {
  /** Types of entities that can be found, in a fixed order. */
  abstract readonly types: readonly number[];

  /** The space behind this one, undefined behind the last. */
  abstract spaceBehind(spaceId: string): Promise<string | undefined>;

  abstract page(spaceId: string, type: number, cursor: string): Promise<EntityPage>;
}

/** Told of an entity that is left out, and the code of the reason. */
export type OnRefused = (entityId: string, code: string) => void;
