import type { Stream } from './stream-types.ts';
import type { Webhook } from './webhook-types.ts';

export type { EntityMap, Incremental, Pagination, Stream } from './stream-types.ts';
export type {
  SignaturePlace,
  SignedPart,
  TimestampPlace,
  Verification,
  Webhook,
} from './webhook-types.ts';

/** A document that describes a provider's HTTP API, `manifest_version` 1, checked. Fields are those of the document. */
export interface HttpManifest {
  readonly manifest_version: 1;
  /** It was made of a manifest of Faxbot, whose templates may name credentials; the import alone sets it. */
  readonly legacy?: true;
  /** One label, for example `phaxio`; dots are allowed as in plugin ids. */
  readonly id: string;
  readonly name: string;
  /** Semantic version. */
  readonly version: string;
  readonly description?: string;
  readonly author?: string;
  readonly license?: string;
  readonly homepage?: string;
  readonly learn_more?: string;
  readonly kind?: 'cloud' | 'self_hosted';
  readonly categories: readonly Category[];
  /** For example `send_fax`, `get_status`, `cancel_fax`, `send_message`, `webhook`, `list`. */
  readonly capabilities: readonly string[];
  readonly traits?: Readonly<Record<string, unknown>>;
  /** JSON Schema (2020-12) of the settings; none of them is secret. */
  readonly config_schema?: Readonly<Record<string, unknown>>;
  /** What a connection must bring besides its settings; the values lie in the wallet. */
  readonly credentials?: readonly Credential[];
  readonly servers?: readonly Server[];
  /** Hosts that requests may go to: `api.example.com`, `*.example.com`, `api.example.com:8443`. Never empty. */
  readonly allowed_domains: readonly string[];
  readonly auth?: Auth;
  /** Of one request as a whole. */
  readonly timeout_ms?: number;
  readonly limits?: {
    readonly max_request_bytes?: number;
    readonly max_response_bytes?: number;
    readonly max_redirects?: number;
  };
  readonly rate_limit?: RateLimit;
  readonly retry?: Retry;
  readonly actions?: Readonly<Record<string, Action>>;
  readonly webhooks?: Readonly<Record<string, Webhook>>;
  readonly streams?: Readonly<Record<string, Stream>>;
}

export type Category = 'outbound' | 'inbound' | 'storage' | 'auth' | 'messaging' | 'connector';

export interface Credential {
  readonly name: string;
  readonly title?: string;
  /** True unless given. */
  readonly secret?: boolean;
  /** True unless given. */
  readonly required?: boolean;
  readonly pattern?: string;
}

export interface Server {
  /** With `{name}` for variables. */
  readonly url: string;
  readonly variables?: Readonly<Record<string, ServerVariable>>;
}

/** Its value is the setting of the same name. */
export interface ServerVariable {
  readonly default?: string;
  readonly enum?: readonly string[];
  readonly pattern?: string;
}

/** A credential: `creds.<name>`. */
export type CredentialRef = string;

export type Auth =
  | { readonly scheme: 'none' }
  | {
      readonly scheme: 'basic';
      readonly username: CredentialRef;
      readonly password?: CredentialRef;
      /** Of the import alone: in place of a password that the connection does not have. */
      readonly otherwise?: CredentialRef;
    }
  | {
      readonly scheme: 'bearer';
      readonly token: CredentialRef;
      readonly prefix?: string;
      /** Of the import alone: in place of a token that the connection does not have, or that is empty. */
      readonly otherwise?: CredentialRef;
    }
  | {
      readonly scheme: 'api_key_header';
      readonly header_name: string;
      readonly value: CredentialRef;
      readonly prefix?: string;
    }
  | {
      readonly scheme: 'api_key_query';
      readonly query_name: string;
      readonly value: CredentialRef;
    }
  | {
      readonly scheme: 'api_key';
      readonly in: 'header' | 'query' | 'cookie' | 'path' | 'body';
      readonly name: string;
      readonly value: CredentialRef;
      readonly prefix?: string;
    }
  | OAuthClientCredentials
  | OAuthRefreshToken
  | TokenExchange
  | RequestHmac;

/** RFC 6749, 4.4. */
export interface OAuthClientCredentials {
  readonly scheme: 'oauth2_client_credentials';
  readonly token_url: string;
  readonly client_id: CredentialRef;
  readonly client_secret: CredentialRef;
  readonly scopes?: readonly string[];
  readonly audience?: string;
  readonly client_authentication?: 'basic' | 'post';
  readonly token_params?: Readonly<Record<string, string>>;
}

/** RFC 6749, 6. */
export interface OAuthRefreshToken {
  readonly scheme: 'oauth2_refresh_token';
  readonly token_url: string;
  readonly client_id: CredentialRef;
  readonly client_secret?: CredentialRef;
  readonly refresh_token: CredentialRef;
  readonly client_authentication?: 'basic' | 'post';
  readonly token_params?: Readonly<Record<string, string>>;
}

/** A request of the provider's own that gives a token for a while. */
export interface TokenExchange {
  readonly scheme: 'token_exchange';
  /** `creds.*` may stand in its headers and fields. */
  readonly request: RequestTemplate;
  readonly token: Extractor;
  /** Seconds. */
  readonly expires_in?: Extractor;
  readonly apply: {
    readonly in: 'header' | 'query';
    readonly name: string;
    readonly prefix?: string;
  };
}

/** A signature over parts of the request. */
export interface RequestHmac {
  readonly scheme: 'hmac';
  readonly algorithm: 'sha1' | 'sha256' | 'sha512';
  readonly key: CredentialRef;
  readonly string_to_sign: readonly StringToSignPart[];
  readonly encoding: 'hex' | 'base64';
  readonly in: 'header' | 'query';
  readonly name: string;
  readonly prefix?: string;
}

export type StringToSignPart =
  | 'method'
  | 'url'
  | 'path'
  | 'query'
  | 'timestamp'
  | 'raw_body'
  | 'body_sha256'
  | { readonly literal: string }
  | { readonly header: string };

export interface RateLimit {
  readonly requests: number;
  readonly per_ms: number;
}

export interface Retry {
  readonly max_attempts?: number;
  readonly policy?: 'never' | 'idempotent_only' | 'with_idempotency_key';
  /** `429`, `5xx`. */
  readonly on_status?: readonly string[];
  readonly backoff?: {
    readonly type?: 'constant' | 'exponential';
    readonly initial_ms?: number;
    readonly max_ms?: number;
    readonly jitter?: boolean;
  };
  readonly retry_after?: readonly RetryAfter[];
}

export interface RetryAfter {
  readonly header?: string;
  readonly body_path?: string;
  readonly format: 'delta_seconds' | 'delta_ms' | 'http_date' | 'epoch_seconds' | 'epoch_ms';
}

/** One request, or up to five one after the other. */
export interface Action extends Partial<RequestTemplate> {
  readonly steps?: readonly ActionStep[];
  readonly response?: ResponseMap;
  readonly idempotency?: {
    readonly header?: string;
    readonly field?: string;
    readonly value: string;
    readonly window_ms?: number;
  };
  readonly retry?: Retry;
  readonly poll?: Poll;
  readonly input_schema?: Readonly<Record<string, unknown>>;
  readonly fixtures?: readonly Fixture[];
}

export interface ActionStep {
  readonly id: string;
  readonly request: RequestTemplate;
  readonly response?: ResponseMap;
  /** Left out where it does not hold. */
  readonly when?: Condition;
  /** What it gave is used again when a later step is tried again. */
  readonly reuse?: boolean;
}

/** A request with `{{ … }}` in texts and `{name}` in the URL. */
export interface RequestTemplate {
  readonly method: string;
  /** Absolute, or a path of the first server. */
  readonly url: string;
  readonly path_params?: readonly { readonly name: string; readonly source?: string }[];
  readonly query?: readonly Field[];
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Body;
  readonly timeout_ms?: number;
}

export interface Field {
  readonly name: string;
  readonly value: string;
  /** A list gives one field for each of its values. */
  readonly repeat?: boolean;
  readonly omit_empty?: boolean;
}

export type Body =
  | { readonly kind: 'none' }
  | { readonly kind: 'json'; readonly json?: unknown; readonly template?: string }
  | { readonly kind: 'form'; readonly fields?: readonly Field[]; readonly template?: string }
  | { readonly kind: 'multipart'; readonly parts?: readonly Part[]; readonly template?: string }
  | { readonly kind: 'text' | 'xml'; readonly template: string; readonly content_type?: string }
  | { readonly kind: 'binary'; readonly file: 'file'; readonly content_type?: string };

/** A part of a multipart body: a value (an object goes as JSON), or files. */
export interface Part {
  readonly name: string;
  readonly value?: unknown;
  /** The first file, or all of them. */
  readonly file?: 'file' | 'files';
  readonly filename?: string;
  readonly content_type?: string;
  readonly repeat?: boolean;
  readonly omit_empty?: boolean;
}

export interface ResponseMap {
  readonly success?: { readonly status?: readonly string[]; readonly when?: readonly Condition[] };
  readonly job_id?: Extractor;
  readonly status?: Extractor;
  /** Provider's words, or ranges of numbers (`<0`, `>=6000`, `1..9`, `*`), to states of a job. */
  readonly status_map?: Readonly<Record<string, JobStatus>>;
  readonly default_status?: JobStatus;
  readonly error?: Extractor;
  readonly error_code?: Extractor;
  readonly pages?: Extractor;
  readonly outputs?: Readonly<Record<string, Extractor>>;
}

/** How a job stands; the same words for every provider. */
export type JobStatus =
  'accepted' | 'queued' | 'in_progress' | 'succeeded' | 'failed' | 'cancelled' | 'unknown';

/** A path of the body (`data.id`, `$.items[0].id`), or where else a value is. */
export type Extractor =
  | string
  | {
      readonly source?: 'body' | 'header' | 'status' | 'form';
      readonly path?: string;
      readonly name?: string;
      /** The first group of it, or the whole match. */
      readonly pattern?: string;
      readonly type?: 'string' | 'integer' | 'number' | 'boolean';
      readonly default?: unknown;
      readonly required?: boolean;
    };

export interface Condition {
  readonly path: string;
  readonly equals?: unknown;
  readonly in?: readonly unknown[];
  readonly exists?: boolean;
}

/** How a job is asked for until it is final. */
export interface Poll {
  /** `get_status` unless given. */
  readonly action?: string;
  readonly initial_delay_ms?: number;
  readonly interval_ms?: number;
  readonly multiplier?: number;
  readonly max_interval_ms?: number;
  readonly max_duration_ms?: number;
}

/** An input with the answer that a provider gave, and what both must lead to; nothing is sent. */
export interface Fixture {
  readonly name: string;
  readonly input?: Readonly<Record<string, unknown>>;
  readonly settings?: Readonly<Record<string, unknown>>;
  readonly response?: {
    readonly status: number;
    readonly headers?: Readonly<Record<string, string>>;
    readonly body?: unknown;
  };
  readonly expect?: Readonly<Record<string, unknown>>;
}
