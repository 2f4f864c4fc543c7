import type {
  Action,
  Auth,
  Category,
  Credential,
  HttpManifest,
  RateLimit,
  Retry,
  Server,
  Stream,
  Webhook,
} from '@made-open/http-manifest';

/** What the wizard asks for; all of it is data, whatever was typed. */
export interface BuilderInput {
  readonly basics: Basics;
  readonly target: Target;
  /** Of the target node; `typescript` unless given. */
  readonly language?: 'typescript' | 'javascript';
  readonly connection: ConnectionInput;
  readonly settings?: readonly Setting[];
  /** In place of `settings`, where rows do not say enough. */
  readonly config_schema?: Readonly<Record<string, unknown>>;
  readonly capabilities: readonly string[];
  readonly actions?: Readonly<Record<string, Action>>;
  readonly webhooks?: Readonly<Record<string, Webhook>>;
  readonly streams?: Readonly<Record<string, Stream>>;
}

export type Target = 'python' | 'node' | 'http';

export interface Basics {
  readonly id: string;
  readonly name: string;
  readonly version: string;
  readonly description?: string;
  readonly author?: string;
  readonly license?: string;
  readonly homepage?: string;
  readonly learn_more?: string;
  /** `outbound` unless given. */
  readonly categories?: readonly Category[];
  readonly kind?: 'cloud' | 'self_hosted';
  readonly traits?: NonNullable<HttpManifest['traits']>;
}

export interface ConnectionInput {
  /** Of all paths; or `servers`, where parts of the address are settings. */
  readonly base_url?: string;
  readonly servers?: readonly Server[];
  /** Taken from the addresses unless given. */
  readonly allowed_domains?: readonly string[];
  readonly auth?: Auth;
  /** Taken from what names them unless given. */
  readonly credentials?: readonly Credential[];
  readonly timeout_ms?: number;
  readonly limits?: NonNullable<HttpManifest['limits']>;
  readonly rate_limit?: RateLimit;
  readonly retry?: Retry;
}

/** One row of the settings; none is secret. */
export interface Setting {
  readonly key: string;
  readonly type: 'string' | 'integer' | 'number' | 'boolean';
  readonly title?: string;
  readonly description?: string;
  readonly default?: string | number | boolean;
  readonly required?: boolean;
  readonly enum?: readonly (string | number)[];
  readonly pattern?: string;
}

/** What is wrong, or worth a thought, and where in the input. */
export interface Fault {
  /** JSON Pointer (RFC 6901). */
  readonly pointer: string;
  readonly message: string;
}
