import type { OutboxMessage } from '@made-open/postgres';
import type { Fax, FaxState } from '../faxes/fax.ts';
import type { Attempt, Outbound, OutboundKind, OutboundState } from '../outbound.ts';
import type { StatusReport } from '../sending/apply-report.ts';

/** What makes two requests the same one. */
export interface SubmissionKey {
  readonly spaceId: string;
  /** Whose keys are told apart: an API key's id, or `rules`. */
  readonly client: string;
  readonly key: string;
}

export interface Submission {
  readonly key: SubmissionKey;
  /** Of the content: a key stands for one. */
  readonly fingerprint: string;
  readonly outbound: Outbound;
  readonly messages: readonly OutboxMessage[];
}

/** What an idempotency key has led to. */
export interface KnownSubmission {
  readonly fingerprint: string;
  readonly outbound: Outbound;
}

/** A message or call that nobody else changes meanwhile. */
export interface LockedOutbound {
  /** Time of the store, which all replicas share. */
  readonly now: Date;
  readonly outbound: Outbound;
  /** The one that was asked for, or the newest; undefined when there was none yet. */
  readonly attempt: Attempt | undefined;
  save(outbound: Outbound): Promise<void>;
  saveAttempt(attempt: Attempt): Promise<void>;
  publish(messages: readonly OutboxMessage[]): Promise<void>;
  /** Reports that came before the provider's id was known; they are given once, oldest first. */
  takeReports(externalId: string): Promise<readonly StatusReport[]>;
}

export interface OutboundFilter {
  readonly spaceId: string;
  readonly connectionId: string;
  readonly kind: OutboundKind;
  readonly state: OutboundState | undefined;
  /** Only what is older than the one with this id; empty for all. */
  readonly before: string;
  readonly limit: number;
}

export interface FaxFilter {
  readonly spaceId: string;
  /** Empty for all. */
  readonly connectionId: string;
  readonly state: FaxState | undefined;
  readonly before: string;
  readonly limit: number;
}

/** How many wait, and for how long. */
export interface OutboundBacklog {
  readonly queued: number;
  readonly oldestDueSeconds: number;
}

/** Messages and calls on their way to providers. Every adapter passes `test/outbound-store.contract.ts`. */
export abstract class OutboundStore {
  /** Its time, which all replicas share. */
  abstract now(): Promise<Date>;
  /** What a key has led to within the last day. */
  abstract known(key: SubmissionKey): Promise<KnownSubmission | undefined>;
  /** Takes a submission, or gives the one that its key has led to: of any number at a time, one is taken. */
  abstract submit(submission: Submission): Promise<KnownSubmission & { readonly isNew: boolean }>;
  abstract find(id: string): Promise<Outbound | undefined>;
  /** The newest first. */
  abstract list(filter: OutboundFilter): Promise<readonly Outbound[]>;
  /** Faxes of a space, the newest first. */
  abstract listFaxes(filter: FaxFilter): Promise<readonly Fax[]>;
  /**
   * Ids of what has to be looked at now; of one connection no more than it may have on their way, and nothing that was submitted
   * after something that is still to go to the same receiver.
   */
  abstract due(limit: number): Promise<readonly string[]>;
  /** Does work on a message or call in one transaction; undefined when there is none. */
  abstract withOutbound<T>(
    id: string,
    work: (locked: LockedOutbound) => Promise<T>,
  ): Promise<T | undefined>;
  /** The same by the id of an attempt at it. */
  abstract withAttempt<T>(
    attemptId: string,
    work: (locked: LockedOutbound) => Promise<T>,
  ): Promise<T | undefined>;
  /** The id of who has the provider's id; a report for nobody is kept for an hour. */
  abstract findReported(report: StatusReport): Promise<string | undefined>;
  /** Removes some of what belongs to a connection, reports included; gives how many rows. */
  abstract erase(connectionId: string, limit: number): Promise<number>;
  abstract backlog(): Promise<OutboundBacklog>;
  /** Forgets what has ended so many days ago or whose connection is deleted, keys of yesterday and reports that nobody asked for; gives how many rows. */
  abstract forget(days: number): Promise<number>;
}

/** Attempts of one connection under way at a time. */
export const sendingPerConnection = 16;
