import type { SubjectParameters } from '@made-open/contracts';

/** How a process joins the bus. */
export interface BusOptions {
  /** `nats://host:port`, several separated by commas. */
  readonly servers: string;
  /** Text of a credentials file: user JWT and seed. A function is asked at each connection that is made. */
  readonly credentials: string | (() => string);
  /** PEM file of the authority that signed the servers' certificates; nothing is sent without TLS then. */
  readonly caFile?: string | undefined;
  /** Service name; names the connection, the source of events and the dead letters. */
  readonly name: string;
  /** `_INBOX.<service>` or `_INBOX.plugin-runner.<token>`. */
  readonly inboxPrefix: string;
  /** Hears of refused rights, lost connections and failed handlers. */
  readonly onError?: (error: unknown) => void;
  /** Puts trace context on what is published and takes it from what arrives. */
  readonly propagation?: Propagation;
}

/** Carries trace context in message headers (W3C `traceparent`). */
export interface Propagation {
  inject(set: (name: string, value: string) => void): void;
  extract<T>(headers: ReadonlyMap<string, string>, work: () => T): T;
}

export interface PublishOptions {
  readonly parameters?: SubjectParameters;
  /** The stream drops a second message of the same id within its window. */
  readonly messageId?: string;
}

export interface EventsOptions extends PublishOptions {
  /** Name of the service that the events come from; this one unless given. */
  readonly source?: string;
}

export interface RawPublishOptions {
  readonly messageId?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Inbox that waits for an answer to the message itself. */
  readonly replyTo?: string;
}

export interface CallOptions {
  readonly parameters?: SubjectParameters;
  /** 5000 unless given. */
  readonly timeoutMs?: number;
  readonly signal?: AbortSignal;
}

export interface ConsumeOptions {
  /** Messages fetched ahead; twice the concurrency and at least 8 unless given. */
  readonly maxMessages?: number;
  /** Messages handled at a time; 1 unless given. */
  readonly concurrency?: number;
}
