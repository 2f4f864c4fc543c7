/** Asked of etl on behalf of a plugin, for one connection. */
export interface EntityQuery {
  readonly table: string;
  readonly where?: Readonly<Record<string, unknown>>;
  readonly orderBy?: string;
  readonly limit: number;
  readonly cursor?: string;
  /** Only this entity. */
  readonly entityId?: string;
}

export interface EntityPage {
  readonly entities: readonly Readonly<Record<string, unknown>>[];
  /** Where the next page begins; absent on the last. */
  readonly nextCursor?: string;
}

/** The state that the next run goes on from. */
export interface SavedCheckpoint {
  /** JSON text as the guest wrote it; empty when there is none. */
  readonly stateJson: string;
  /** The run that saved it. */
  readonly runId: string;
  /** Its form, when that is an earlier one than the plugin's own. */
  readonly migrateFrom?: number;
}

/** What the platform keeps for a connection; answered by etl. */
export abstract class PlatformData {
  abstract query(query: EntityQuery): Promise<EntityPage>;
  abstract checkpoint(): Promise<SavedCheckpoint>;
}
