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
    /** The config property that holds the secret, or the public key. */
    readonly secret?: string;
    /** The platform makes the secret when the config has none. */
    readonly generateSecret?: boolean;
    /** Of verify hmac, and the header of shared-secret. */
    readonly signature?: {
      readonly header?: string;
      readonly algorithm?: 'sha1' | 'sha256' | 'sha512';
      readonly encoding?: 'hex' | 'base64';
      readonly prefix?: string;
      readonly timestampHeader?: string;
      readonly field?: string;
      readonly timestampField?: string;
      readonly timestampUnit?: 's' | 'ms';
      readonly toleranceSeconds?: number;
      /** What is signed, one after the other; the body unless given. */
      readonly parts?: readonly SignedPart[];
    };
    /** Of verify basic: the config property that holds the user name. */
    readonly username?: string;
    /** What the provider tells its deliveries apart by, where its scheme does not say. */
    readonly deliveryId?: { readonly header?: string; readonly fields?: readonly string[] };
    /** Fields of the body; deliveries that agree in them are handled one after the other. */
    readonly conversationKey?: readonly string[];
    /** What is answered at once. */
    readonly response?: {
      readonly status?: number;
      readonly contentType?: string;
      readonly body?: string;
    };
    /** How the provider tries out the address. */
    readonly challenge?: {
      readonly echo?: string;
      readonly token?: string;
      readonly field?: string;
      readonly when?: { readonly field: string; readonly equals: string };
    };
    /** The plugin asks for these deliveries at the source: it exports subscribe and unsubscribe. */
    readonly subscription?: { readonly renewBeforeSeconds?: number };
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
  /** How messages go out. */
  readonly channel?: {
    readonly type?: string;
    /** The provider takes a repetition with the same idempotency key for the same message. */
    readonly idempotentSends?: boolean;
    /** The provider takes messages by GET: such a request is no question that may be asked again. */
    readonly sendsByGet?: boolean;
  };
  /** What makes it a provider, of faxes for example. */
  readonly provider?: {
    readonly slots: readonly ('outbound' | 'inbound' | 'storage' | 'auth')[];
    /** How often `get_status` is asked until a fax is final. */
    readonly poll?: {
      readonly initialDelaySeconds?: number;
      readonly intervalSeconds?: number;
      readonly multiplier?: number;
      readonly maxIntervalSeconds?: number;
      readonly maxDurationSeconds?: number;
    };
    readonly learnMore?: string;
  };
  /** Predicates that rules may use. */
  readonly operators?: readonly { readonly name: string; readonly description?: string }[];
  readonly actions?: readonly { readonly name: string; readonly description?: string }[];
}

/** What a signature is made over: a part of the request by its name, a header, a text of the manifest, or a field of the body. */
export type SignedPart =
  | 'raw_body'
  | 'body_sha256'
  | 'url'
  | 'method'
  | 'path'
  | 'query'
  | 'timestamp'
  | 'sorted_form_params'
  | 'sorted_file_sha1'
  | { readonly header: string }
  | { readonly literal: string }
  | { readonly field: string };
