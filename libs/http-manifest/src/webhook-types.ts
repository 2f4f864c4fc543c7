import type { Condition, CredentialRef, EntityMap, Extractor, JobStatus } from './http-manifest.ts';

/** What the provider sends by itself. */
export interface Webhook {
  readonly method?: string;
  readonly content_type?: readonly string[];
  readonly verification: Verification;
  readonly challenge?: { readonly when: Condition; readonly respond: string };
  /** What kind of event it is. */
  readonly event?: Extractor;
  /** A list of which each entry is an event of its own. */
  readonly split?: string;
  readonly correlate?: { readonly job_id?: Extractor; readonly provider_job_id?: Extractor };
  readonly dedupe_key?: Extractor;
  readonly status?: Extractor;
  readonly status_map?: Readonly<Record<string, JobStatus>>;
  readonly error?: Extractor;
  /** Files that come along. */
  readonly files?: readonly {
    readonly name: string;
    readonly source: 'part' | 'base64';
    readonly path: string;
    readonly content_type?: string;
  }[];
  /** A message that came in. */
  readonly message?: {
    readonly when?: Condition;
    readonly external_id: Extractor;
    readonly from?: Extractor;
    readonly to?: Extractor;
    readonly body?: Extractor;
    readonly received_at?: Extractor;
  };
  /** An entity, as of streams. */
  readonly map?: EntityMap;
  readonly respond?: {
    readonly status?: number;
    readonly body?: string;
    readonly content_type?: string;
  };
}

export type Verification =
  | {
      readonly scheme: 'hmac';
      readonly algorithm: 'sha1' | 'sha256' | 'sha512';
      readonly key: CredentialRef;
      readonly signed_payload: readonly SignedPart[];
      readonly signature: SignaturePlace;
      readonly timestamp?: TimestampPlace;
    }
  | {
      readonly scheme: 'signature';
      readonly algorithm: 'ecdsa-p256-sha256' | 'ed25519';
      readonly public_key: CredentialRef;
      readonly signed_payload: readonly SignedPart[];
      readonly signature: SignaturePlace;
      readonly timestamp?: TimestampPlace;
    }
  | { readonly scheme: 'standard_webhooks'; readonly secret: CredentialRef }
  | { readonly scheme: 'shared_secret'; readonly header: string; readonly value: CredentialRef }
  | {
      readonly scheme: 'basic';
      readonly username: CredentialRef;
      readonly password: CredentialRef;
    }
  | { readonly scheme: 'none'; readonly reason: string };

export type SignedPart =
  | 'raw_body'
  | 'url'
  | 'method'
  | 'path'
  | 'query'
  | 'sorted_form_params'
  | 'sorted_file_sha1'
  | 'timestamp'
  | 'body_sha256'
  | { readonly header: string }
  | { readonly literal: string }
  | { readonly body_path: string };

export interface SignaturePlace {
  readonly header?: string;
  readonly body_path?: string;
  readonly prefix?: string;
  readonly encoding: 'hex' | 'base64';
}

export interface TimestampPlace {
  readonly header?: string;
  readonly body_path?: string;
  readonly unit?: 's' | 'ms';
  readonly tolerance_ms?: number;
}
