/** Whose config it is; bound into the seal, so that no config can pass for another's. */
export interface ConfigOwner {
  readonly spaceId: string;
  readonly connectionId: string;
  readonly pluginId: string;
}

/** Where configs are kept: they go in and never come back here. */
export abstract class ConfigVault {
  /** Stores the whole config and gives its revision. */
  abstract put(owner: ConfigOwner, config: Readonly<Record<string, unknown>>): Promise<number>;
  abstract remove(owner: ConfigOwner): Promise<void>;
}
