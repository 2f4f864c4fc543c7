/** plugin.json, as `validateManifest` checks it. */
export interface PluginManifest {
  /** Reverse-DNS name, for example `com.example.my-connector`. */
  readonly id: string;
  readonly name: string;
  /** Semantic version, for example `0.1.0`. */
  readonly version: string;
  readonly type: 'connector' | 'channel' | 'operator';
  /** Entry file relative to the plugin's folder, or to its `src`. */
  readonly entrypoint: string;
  /** For example `network:outbound:api.example.com`; anything not listed is denied. */
  readonly permissions: readonly string[];
  /** JSON Schema, draft 2020-12, of the config that a connection needs. */
  readonly configSchema: Readonly<Record<string, unknown>>;
  readonly description?: string;
  readonly author?: string;
  readonly license?: string;
  readonly homepage?: string;
  /** A `data:` URL. */
  readonly icon?: string;
  readonly runtime?: 'javascript' | 'python' | 'http';
  readonly apiVersion?: number;
  /** Form of the checkpoints that this version saves; raise it when older versions cannot read them. 1 unless given. */
  readonly checkpointVersion?: number;
  /** The oldest form that `migrateCheckpoint` of this version reads. */
  readonly migratesCheckpointsFrom?: number;
  /** Cron expression; hourly when left out. */
  readonly schedule?: string;
  /** What becomes of times that come while a run is under way, or when nobody can keep them. */
  readonly schedulePolicy?: {
    readonly overlap?: 'skip' | 'queue';
    readonly catchUp?: 'once' | 'none';
    readonly jitterSeconds?: number;
  };
  /** How many requests the runs of one connection may send to the source together. */
  readonly requestBudget?: { readonly requests: number; readonly perSeconds: number };
  readonly webhooks?: readonly {
    readonly name?: string;
    readonly verify: string;
    readonly secret?: string;
    readonly description?: string;
  }[];
  readonly scaling?: {
    readonly min?: number;
    readonly max?: number;
    readonly concurrency?: number;
    readonly targetWaitSeconds?: number;
    readonly idleSeconds?: number;
  };
  readonly limits?: { readonly memoryMb?: number };
  /** How connections get access tokens; the wallet keeps them, and refreshes them by itself. */
  readonly oauth?: {
    readonly flow: 'authorization_code' | 'client_credentials';
    readonly tokenUrl: string;
    readonly authorizationUrl?: string;
    readonly scopes?: readonly string[];
    readonly tokenProperty?: string;
  };
  readonly actions?: readonly { readonly name: string; readonly description?: string }[];
}
