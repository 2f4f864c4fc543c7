/** Whose config it is; bound into the seal, so that no config can pass for another's. */
export interface ConfigOwner {
  readonly spaceId: string;
  readonly connectionId: string;
  readonly pluginId: string;
}

type Config = Readonly<Record<string, unknown>>;

export interface PutOptions {
  /** Properties whose stored value stays, where there is one. */
  readonly kept?: readonly string[];
  /** Of an endpoint: for so long its former secret goes on signing, too. */
  readonly keepFormerSeconds?: number;
}

/** Where configs are kept: they go in and never come back here. */
export abstract class ConfigVault {
  /** Stores the whole config and gives its revision. */
  abstract put(owner: ConfigOwner, config: Config, options?: PutOptions): Promise<number>;
  /** Adds what the stored config lacks, and gives its revision. */
  abstract add(owner: ConfigOwner, added: Config): Promise<number>;
  abstract remove(owner: ConfigOwner): Promise<void>;
}
