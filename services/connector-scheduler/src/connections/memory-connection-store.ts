import type { OutboxMessage } from '@made-open/postgres';
import { RunState } from '@made-open/contracts';
import { isOpen, type RunRecord } from '../runs/run.ts';
import type { Schedule } from '../schedules/schedule.ts';
import type { Subscription } from '../subscriptions/subscription.ts';
import { ConnectionStore, type LockedConnection } from './connection-store.ts';

const dayMs = 24 * 3_600_000;

/** The store of tests, with a clock that tests set. */
export class MemoryConnectionStore extends ConnectionStore {
  readonly schedules = new Map<string, Schedule>();
  readonly allRuns = new Map<string, RunRecord>();
  readonly allSubscriptions: Subscription[] = [];
  readonly published: OutboxMessage[] = [];
  now = new Date('2026-01-01T00:00:00Z');
  #epoch = 0;
  #last: Promise<unknown> = Promise.resolve();

  override withConnection<T>(
    connectionId: string,
    work: (connection: LockedConnection) => Promise<T>,
  ): Promise<T> {
    const result = this.#last.then(() => this.#transaction(connectionId, work));
    this.#last = result.catch(() => undefined);
    return result;
  }

  override async due(limit: number): Promise<string[]> {
    const schedules = [...this.schedules.values()];
    const due = schedules
      .filter(({ state }) => state === 'active')
      .map(({ connectionId, nextDueAt }) => ({ connectionId, at: nextDueAt }));
    const woken = [...this.allRuns.values()]
      .filter((run) => run.state !== RunState.PARKED || this.#isActive(run.connectionId))
      .map(({ connectionId, wakeAt }) => ({ connectionId, at: wakeAt }));
    const subscribed = this.allSubscriptions.map(({ connectionId, nextAt: at }) => ({
      connectionId,
      at,
    }));
    const passed = [...due, ...woken, ...subscribed].flatMap(({ connectionId, at }) =>
      at !== undefined && at <= this.now ? [{ connectionId, at }] : [],
    );
    const ordered = passed.toSorted((a, b) => a.at.getTime() - b.at.getTime());
    return [...new Set(ordered.map(({ connectionId }) => connectionId))].slice(0, limit);
  }

  override async dueWithin(seconds: number): Promise<{ pluginId: string; dueInMs: number }[]> {
    const schedules = [...this.schedules.values()]
      .filter(({ state }) => state === 'active')
      .map(({ pluginId, nextDueAt }) => ({ pluginId, at: nextDueAt }));
    const parked = [...this.allRuns.values()]
      .filter((run) => run.state === RunState.PARKED && this.#isActive(run.connectionId))
      .map(({ pluginId, wakeAt }) => ({ pluginId, at: wakeAt }));
    const earliest = new Map<string, number>();
    for (const { pluginId, at } of [...schedules, ...parked]) {
      const dueInMs = Math.max((at?.getTime() ?? Infinity) - this.now.getTime(), 0);
      if (dueInMs > seconds * 1000) continue;
      earliest.set(pluginId, Math.min(dueInMs, earliest.get(pluginId) ?? Infinity));
    }
    return [...earliest]
      .map(([pluginId, dueInMs]) => ({ pluginId, dueInMs }))
      .toSorted((a, b) => (a.pluginId < b.pluginId ? -1 : 1));
  }

  override async active(behind: string, limit: number): Promise<string[]> {
    const ids = [...this.schedules.keys()].filter((id) => id > behind && this.#isActive(id));
    return ids.toSorted((a, b) => (a < b ? -1 : 1)).slice(0, limit);
  }

  override async subscriptions(connectionId: string): Promise<Subscription[]> {
    return this.allSubscriptions
      .filter((subscription) => subscription.connectionId === connectionId)
      .toSorted((a, b) => (a.webhook < b.webhook ? -1 : 1));
  }

  override async subscribed(): Promise<string[]> {
    return [...new Set(this.allSubscriptions.map(({ connectionId }) => connectionId))];
  }

  override async findRun(runId: string): Promise<RunRecord | undefined> {
    return this.allRuns.get(runId);
  }

  override async runs(connectionId: string, cursor: string, limit: number): Promise<RunRecord[]> {
    return [...this.allRuns.values()]
      .filter((run) => run.connectionId === connectionId && (cursor === '' || run.runId < cursor))
      .toSorted((a, b) => (a.runId < b.runId ? 1 : -1))
      .slice(0, limit);
  }

  override async forget(days: number, limit: number): Promise<number> {
    const before = new Date(this.now.getTime() - days * dayMs);
    const runs = [...this.allRuns.values()]
      .filter(({ finishedAt }) => finishedAt !== undefined && finishedAt < before)
      .slice(0, limit);
    for (const { runId } of runs) this.allRuns.delete(runId);
    const schedules = [...this.schedules.values()]
      .filter(({ state, announcedAt }) => state === 'deleted' && announcedAt < before)
      .slice(0, limit);
    for (const { connectionId } of schedules) this.schedules.delete(connectionId);
    return runs.length + schedules.length;
  }

  async #transaction<T>(
    connectionId: string,
    work: (connection: LockedConnection) => Promise<T>,
  ): Promise<T> {
    const writes: (() => void)[] = [];
    const write = async (change: () => void): Promise<void> => void writes.push(change);
    let schedule = this.schedules.get(connectionId);
    const result = await work({
      now: this.now,
      get schedule() {
        return schedule;
      },
      openRun: [...this.allRuns.values()].find(
        (run) => run.connectionId === connectionId && isOpen(run),
      ),
      saveSchedule: (value) => {
        schedule = value;
        return write(() => this.schedules.set(connectionId, value));
      },
      saveRun: (run) => write(() => this.allRuns.set(run.runId, run)),
      subscriptions: () => this.subscriptions(connectionId),
      saveSubscription: (subscription) =>
        write(() => {
          this.#removeSubscription(subscription);
          this.allSubscriptions.push(subscription);
        }),
      removeSubscription: (webhook) =>
        write(() => this.#removeSubscription({ connectionId, webhook })),
      nextEpoch: async () => ++this.#epoch,
      publish: (messages) => write(() => this.published.push(...messages)),
    });
    for (const apply of writes) apply();
    return result;
  }

  #removeSubscription(of: Pick<Subscription, 'connectionId' | 'webhook'>): void {
    const index = this.allSubscriptions.findIndex(
      ({ connectionId, webhook }) => connectionId === of.connectionId && webhook === of.webhook,
    );
    if (index >= 0) this.allSubscriptions.splice(index, 1);
  }

  #isActive(connectionId: string): boolean {
    return this.schedules.get(connectionId)?.state === 'active';
  }
}
