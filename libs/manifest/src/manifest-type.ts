/** A payload from outside that the plugin receives. */
export interface ManifestWebhook {
  readonly name?: string;
  readonly verify: string;
  /** The config property that holds the secret, or the public key. */
  readonly secret?: string;
  /** The platform makes the secret when the config has none. */
  readonly generateSecret?: boolean;
  /** Of verify basic: the config property that holds the user name. */
  readonly username?: string;
  /** Of verify hmac and public-key, and the header of shared-secret. */
  readonly signature?: ManifestSignature;
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
    /** The field of a proven POST that is answered as text. */
    readonly field?: string;
    readonly when?: { readonly field: string; readonly equals: string };
  };
  /** The plugin asks for these deliveries at the source. */
  readonly subscription?: { readonly renewBeforeSeconds?: number };
  readonly description?: string;
}

/** How a header proves the sender of a webhook. */
export interface ManifestSignature {
  readonly header?: string;
  readonly algorithm?: 'sha1' | 'sha256' | 'sha512';
  readonly encoding?: 'hex' | 'base64';
  /** What stands before the signature, for example `sha256=`. */
  readonly prefix?: string;
  /** Holds the time of the request; without `parts` it is signed before the body with a dot between. */
  readonly timestampHeader?: string;
  /** The field of the body that proves the sender, instead of a header. */
  readonly field?: string;
  readonly timestampField?: string;
  /** `s` unless given. */
  readonly timestampUnit?: 's' | 'ms';
  /** How old a request may be; 300 unless given. */
  readonly toleranceSeconds?: number;
  /** What is signed, one after the other; the body unless given. */
  readonly parts?: readonly ManifestSignedPart[];
}

/** What a signature is made over. */
export type ManifestSignedPart =
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

/** How messages go out. */
export interface ManifestChannel {
  readonly type?: string;
  /** The provider takes a repetition with the same idempotency key for the same message. */
  readonly idempotentSends?: boolean;
  /** The provider takes messages by GET: such a request is no question that may be asked again. */
  readonly sendsByGet?: boolean;
}

/** What makes a plugin a provider, of faxes for example. */
export interface ManifestProvider {
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
  readonly channel?: ManifestChannel;
  readonly provider?: ManifestProvider;
  /** Predicates that rules may use. */
  readonly operators?: readonly { readonly name: string; readonly description?: string }[];
  readonly actions?: readonly { readonly name: string; readonly description?: string }[];
}
