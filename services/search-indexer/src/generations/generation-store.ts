import type { EngineName } from '../config.ts';

/** How far the entities are read that fill an index. */
export interface FillPosition {
  /** Empty before the first. */
  readonly spaceId: string;
  /** Place in the list of types. */
  readonly type: number;
  readonly cursor: string;
}

/** One index, from its filling to its end. Each has tables, and in Meilisearch an index, of its own. */
export interface Generation {
  readonly id: number;
  readonly engine: EngineName;
  readonly state: 'filling' | 'live' | 'retired';
  readonly position: FillPosition;
  readonly entitiesRead: number;
  /** Absent for the first one, which nobody had to fill. */
  readonly startedAt: Date | undefined;
  /** Code of what holds its filling, or its removal, up; empty when nothing does. */
  readonly fault: string;
}

export const beginning: FillPosition = { spaceId: '', type: 0, cursor: '' };

/** Remembers which indexes there are. One is live, and one at most is filled. */
export abstract class GenerationStore {
  /** In the order in which they began. */
  abstract list(): Promise<readonly Generation[]>;

  /** Begins to fill one; gives back the one that is filled already, if its engine is the same, and else retires that. */
  abstract begin(engine: EngineName): Promise<Generation>;

  /** Says how far it has come; false when it is not filled any more. */
  abstract advance(id: number, position: FillPosition, entitiesRead: number): Promise<boolean>;

  abstract hold(id: number, fault: string): Promise<void>;

  /** The one that was filled answers searches from now on, the one that did so is retired; false when it is not filled. */
  abstract finish(id: number): Promise<boolean>;

  /** Retires the one that is filled; false when none is. */
  abstract cancel(): Promise<boolean>;

  /** Those retired for so long that no process uses them any more. */
  abstract listRetired(forMs: number): Promise<readonly Generation[]>;

  abstract remove(id: number): Promise<void>;
}
