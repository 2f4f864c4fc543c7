import type { Cassette, Fault } from '@made-open/plugin-sdk/conformance';

/** One run of a plugin outside the platform, for its author: what the first line of standard input holds. */
export interface TrialRequest {
  /** Text of plugin.json; all that it asks for is granted. */
  readonly manifestText: string;
  readonly bundle: string;
  readonly config: Readonly<Record<string, unknown>>;
  /** State to go on from. */
  readonly checkpoint?: unknown;
  /** Egress overrides as JSON, authorities inlined. */
  readonly overridesText?: string;
  /** Answers of a source that is not asked. */
  readonly cassette?: Cassette;
  readonly fault?: Fault;
  /** Tell of requests with what was answered. */
  readonly withBodies?: boolean;
  /** A short call instead of a sync. */
  readonly call?: TrialCall;
  /** What requests may send on. */
  readonly files?: readonly TrialFile[];
}

/** A file that the platform would keep. */
export interface TrialFile {
  /** SHA-256 of the content, hexadecimal. */
  readonly fileId: string;
  readonly name: string;
  readonly mimeType: string;
  readonly base64: string;
}

/** A short call of the plugin's code, as webhooks, sends, rules and subscriptions make it. */
export type TrialCall =
  | {
      readonly kind: 'webhook';
      /** As the manifest calls it; the bare path unless given. */
      readonly name?: string;
      readonly payload: unknown;
      readonly headers?: Record<string, string>;
      readonly query?: Record<string, string>;
    }
  | {
      readonly kind: 'message';
      /** OutboundMessage of the SDK. */
      readonly message: unknown;
      /** `channel.idempotentSends` of the manifest. */
      readonly isIdempotent?: boolean;
      /** `channel.sendsByGet` of the manifest. */
      readonly sendsByGet?: boolean;
    }
  | {
      readonly kind: 'call';
      /** OutboundCall of the SDK. */
      readonly call: unknown;
      readonly sendsByGet?: boolean;
    }
  | {
      readonly kind: 'fax';
      /** OutboundFax of the SDK. */
      readonly fax: unknown;
      readonly isIdempotent?: boolean;
      readonly sendsByGet?: boolean;
    }
  | {
      readonly kind: 'fax_question';
      readonly jobId: string;
      /** Cancels it instead. */
      readonly cancel?: boolean;
    }
  | {
      readonly kind: 'operator';
      readonly name: string;
      readonly fact: unknown;
      readonly value: unknown;
    }
  | {
      readonly kind: 'subscribe' | 'unsubscribe';
      readonly webhook?: string;
      readonly url?: string;
      /** What the plugin returned last. */
      readonly subscription?: unknown;
    };

/** What happens in a trial; one JSON text for each line of standard output, `end` the last. */
export type TrialRecord =
  | { readonly kind: 'item'; type: string; externalId: string; data: unknown; raw: unknown }
  | { readonly kind: 'delete'; type: string; externalId: string }
  | { readonly kind: 'refused'; type: string; externalId: string; reason: string }
  | { readonly kind: 'event'; subject: string; payload: unknown }
  | { readonly kind: 'checkpoint'; state: unknown }
  | { readonly kind: 'log'; level: string; message: string; fields: unknown }
  | TrialHttp
  | TrialEnd;

export interface TrialHttp {
  readonly kind: 'http';
  readonly method: string;
  readonly url: string;
  readonly status: number;
  readonly tookMs: number;
  /** Why there was no answer. */
  readonly fault?: string;
  readonly requestBody?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

export interface TrialEnd {
  readonly kind: 'end';
  readonly outcome: 'completed' | 'failed' | 'parked';
  readonly error?: { readonly code: string; readonly message: string; readonly stack?: string };
  readonly status?: number;
  readonly retryAfterMs?: number;
  /** What a short call returned. */
  readonly result?: unknown;
  /** What a send may have done at the provider. */
  readonly effect?: 'none' | 'refused' | 'unknown' | 'done';
  readonly requests: number;
  readonly cpuMs: number;
  readonly peakMb: number;
  readonly wallMs: number;
}
