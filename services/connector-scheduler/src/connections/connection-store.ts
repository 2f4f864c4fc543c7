import type { OutboxMessage } from '@made-open/postgres';
import type { RunRecord } from '../runs/run.ts';
import type { Schedule } from '../schedules/schedule.ts';
import type { Subscription } from '../subscriptions/subscription.ts';

/** A connection that nobody else changes meanwhile; what is written is committed together or not at all. */
export interface LockedConnection {
  /** By the clock that all replicas share. */
  readonly now: Date;
  /** As it was saved last; absent before the first announcement. */
  readonly schedule: Schedule | undefined;
  /** There is one at most. */
  readonly openRun: RunRecord | undefined;
  saveSchedule(schedule: Schedule): Promise<void>;
  saveRun(run: RunRecord): Promise<void>;
  /** As they were saved last, by webhook. */
  subscriptions(): Promise<Subscription[]>;
  saveSubscription(subscription: Subscription): Promise<void>;
  removeSubscription(webhook: string): Promise<void>;
  /** Higher than all before, of all connections. */
  nextEpoch(): Promise<number>;
  /** Published in this order once the transaction is committed. */
  publish(messages: readonly OutboxMessage[]): Promise<void>;
}

/** The scheduler's own picture of the connections: their schedules and runs. */
export abstract class ConnectionStore {
  /** One at a time for each connection, whichever replica asks. */
  abstract withConnection<T>(
    connectionId: string,
    work: (connection: LockedConnection) => Promise<T>,
  ): Promise<T>;
  /** Connections that have something to do now, the longest waiting first. */
  abstract due(limit: number): Promise<string[]>;
  /** Plugins with a run that begins, or goes on, within so many seconds, and in how many milliseconds the earliest does. */
  abstract dueWithin(seconds: number): Promise<{ pluginId: string; dueInMs: number }[]>;
  /** Active connections behind an id, by id. */
  abstract active(behind: string, limit: number): Promise<string[]>;
  abstract subscriptions(connectionId: string): Promise<Subscription[]>;
  /** Connections with subscriptions. */
  abstract subscribed(): Promise<string[]>;
  abstract findRun(runId: string): Promise<RunRecord | undefined>;
  /** The newest first, behind the run that `cursor` names; empty for the first page. */
  abstract runs(connectionId: string, cursor: string, limit: number): Promise<RunRecord[]>;
  /** Removes runs that ended so many days ago, and what is left of connections deleted as long ago; gives how many rows. */
  abstract forget(days: number, limit: number): Promise<number>;
}
