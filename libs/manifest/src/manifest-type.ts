/** A payload from outside that the plugin receives. */
export interface ManifestWebhook {
  readonly name?: string;
  readonly verify: string;
  readonly secret?: string;
  readonly description?: string;
}

/** How many runners a plugin gets. */
export interface ManifestScaling {
  readonly min?: number;
  readonly max?: number;
  readonly concurrency?: number;
  readonly targetWaitSeconds?: number;
  readonly idleSeconds?: number;
}

/** How the plugin's connections get access tokens; the client itself is the operator's. */
export interface ManifestOAuth {
  readonly flow: 'authorization_code' | 'client_credentials';
  readonly tokenUrl: string;
  readonly authorizationUrl?: string;
  readonly scopes?: readonly string[];
  /** The config property that becomes the access token; `accessToken` unless given. */
  readonly tokenProperty?: string;
}

/** What becomes of times that come while a run is under way, or when nobody can keep them. */
export interface ManifestSchedulePolicy {
  readonly overlap?: 'skip' | 'queue';
  readonly catchUp?: 'once' | 'none';
  /** How much later than its time a run may begin. */
  readonly jitterSeconds?: number;
}

/** How many requests the runs of one connection may send to the source together. */
export interface ManifestRequestBudget {
  readonly requests: number;
  readonly perSeconds: number;
}

/** plugin.json, checked. */
export interface Manifest {
  readonly id: string;
  readonly name: string;
  readonly version: string;
  readonly type: 'connector' | 'channel' | 'operator';
  readonly entrypoint: string;
  readonly permissions: readonly string[];
  readonly configSchema: Readonly<Record<string, unknown>>;
  readonly description?: string;
  readonly author?: string;
  readonly license?: string;
  readonly homepage?: string;
  readonly icon?: string;
  readonly runtime?: 'javascript' | 'python' | 'http';
  readonly apiVersion?: number;
  /** Form of the checkpoints that this version saves; 1 unless given. */
  readonly checkpointVersion?: number;
  /** The oldest form that `migrateCheckpoint` of this version reads. */
  readonly migratesCheckpointsFrom?: number;
  readonly schedule?: string;
  readonly schedulePolicy?: ManifestSchedulePolicy;
  readonly requestBudget?: ManifestRequestBudget;
  readonly webhooks?: readonly ManifestWebhook[];
  readonly scaling?: ManifestScaling;
  readonly limits?: { readonly memoryMb?: number };
  readonly oauth?: ManifestOAuth;
  readonly actions?: readonly { readonly name: string; readonly description?: string }[];
}
