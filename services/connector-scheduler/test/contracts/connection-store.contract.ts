import { create } from '@bufbuild/protobuf';
import { RunCountsSchema, RunErrorSchema, RunState, RunUsageSchema } from '@made-open/contracts';
import type { OutboxMessage } from '@made-open/postgres';
import { uuidv7 } from 'uuidv7';
import type { ConnectionStore, LockedConnection } from '../../src/connections/connection-store.ts';
import type { RunRecord } from '../../src/runs/run.ts';
import type { Schedule } from '../../src/schedules/schedule.ts';
import type { Subscription } from '../../src/subscriptions/subscription.ts';
import { aRun, aSchedule, aSubscription } from '../builders.ts';

interface Opened {
  readonly store: ConnectionStore;
  readonly published: () => Promise<readonly OutboxMessage[]>;
}

type Row = Partial<RunRecord> | Partial<Schedule>;

const hourMs = 3_600_000;

/** What every ConnectionStore does; `open` gives one that holds nothing yet. */
export function connectionStoreContract(open: () => Promise<Opened>): void {
  let store: ConnectionStore;
  let published: Opened['published'];
  let now: Date;
  beforeEach(async () => {
    ({ store, published } = await open());
    now = await store.withConnection('nobody', (connection) => Promise.resolve(connection.now));
  });

  const inHours = (hours: number): Date => new Date(now.getTime() + hours * hourMs);
  const read = (connectionId = 'c1') =>
    store.withConnection(connectionId, ({ schedule, openRun }) =>
      Promise.resolve({ schedule, openRun }),
    );
  const write = (connection: LockedConnection, value: Row): Promise<void> =>
    'runId' in value
      ? connection.saveRun(aRun(value))
      : connection.saveSchedule(aSchedule(value as Partial<Schedule>));
  const save = async (...values: Row[]): Promise<void> => {
    for (const value of values)
      await store.withConnection(value.connectionId ?? 'c1', (connection) =>
        write(connection, value),
      );
  };

  const keep = (subscription: Subscription): Promise<void> =>
    store.withConnection(subscription.connectionId, (connection) =>
      connection.saveSubscription(subscription),
    );

  it('knows nothing of a connection that was never announced', async () => {
    expect(await read()).toEqual({ schedule: undefined, openRun: undefined });
    expect(await store.runs('c1', '', 10)).toEqual([]);
    expect(await store.findRun(uuidv7())).toBeUndefined();
  });

  it('gives back what was saved, and the newest of it', async () => {
    const schedule = aSchedule({
      cron: '0 9 * * *',
      timeZone: 'Europe/Berlin',
      generation: 4_000_000_000,
      nextDueAt: inHours(1),
      dueTrigger: 'start-up',
      jitterSeconds: 0,
      overlap: 'queue',
      catchUp: 'none',
      isOwed: true,
      isHinted: true,
      lastSuccessAt: inHours(-1),
      configRevision: 8_000_000_000,
      failedRevision: 0,
      budget: { requests: 100, perSeconds: 60 },
      bucket: { tokens: 2.125, at: inHours(-1) },
      pluginVersion: '1.0.0',
      canary: { version: '2.0.0', percent: 10, isOwed: true },
    });
    const run = aRun({
      lane: 'canary',
      pluginVersion: '2.0.0',
      runId: uuidv7(),
      state: RunState.RUNNING,
      epoch: 4_000_000_000,
      attempt: 2,
      retries: 1,
      startedAt: now,
      wakeAt: inHours(2),
      counts: create(RunCountsSchema, { items: 3, created: 2, unchanged: 1 }),
      usage: create(RunUsageSchema, { items: 3, cpuMs: 1.5 }),
      error: create(RunErrorSchema, {
        code: 'plugin.error',
        message: 'no\u0000 "good" Ü',
        stack: 'a\nb',
      }),
      sweepHeld: true,
      isThrottled: true,
      configRevision: 8_000_000_000,
    });
    await save({ cron: 'x' }, { runId: run.runId });
    await save(schedule, run);
    expect(await read()).toEqual({ schedule, openRun: run });
    expect(await store.findRun(run.runId)).toEqual(run);
  });

  it('shows a schedule as it was saved last', async () => {
    const seen = await store.withConnection('c1', async (connection) => {
      const before = connection.schedule;
      await connection.saveSchedule(aSchedule({ generation: 5 }));
      return [before, connection.schedule?.generation];
    });
    expect(seen).toEqual([undefined, 5]);
  });

  it('writes everything or nothing, and publishes nothing of what was not written', async () => {
    const work = store.withConnection('c1', async (connection) => {
      await connection.saveSchedule(aSchedule());
      await connection.saveRun(aRun());
      await connection.publish([{ subject: 'connector.Test', payload: 'x' }]);
      throw new Error('the end');
    });
    await expect(work).rejects.toThrow('the end');
    expect(await read()).toEqual({ schedule: undefined, openRun: undefined });
    expect(await published()).toEqual([]);
  });

  it('publishes in the order given', async () => {
    const messages = ['a', 'b', 'c'].map((payload) => ({ subject: 'connector.Test', payload }));
    await store.withConnection('c1', async (connection) => {
      await connection.publish(messages.slice(0, 2));
      await connection.publish([]);
      await connection.publish(messages.slice(2));
    });
    expect(await published()).toMatchObject(messages);
  });

  it('lets one at a time work on a connection', async () => {
    await save({ generation: 0 });
    const raise = (connection: LockedConnection): Promise<void> => {
      const generation = (connection.schedule?.generation ?? 0) + 1;
      return connection.saveSchedule(aSchedule({ generation }));
    };
    await Promise.all(Array.from({ length: 20 }, () => store.withConnection('c1', raise)));
    expect((await read()).schedule?.generation).toBe(20);
  });

  it('gives rising epochs to all connections', async () => {
    const epochs = await Promise.all(
      ['c1', 'c2', 'c1', 'c3'].map((id) =>
        store.withConnection(id, (connection) => connection.nextEpoch()),
      ),
    );
    expect(new Set(epochs).size).toBe(4);
    const next = await store.withConnection('c1', (connection) => connection.nextEpoch());
    expect(next).toBeGreaterThan(Math.max(...epochs));
  });

  it('has no open run once the run has ended', async () => {
    const runId = uuidv7();
    for (const state of [RunState.QUEUED, RunState.RUNNING, RunState.PARKED]) {
      await save({ runId, state });
      expect((await read()).openRun?.state).toBe(state);
    }
    for (const state of [RunState.COMPLETED, RunState.FAILED, RunState.CANCELLED]) {
      await save({ runId: uuidv7(), connectionId: 'c2', state });
      expect((await read('c2')).openRun).toBeUndefined();
    }
  });

  it('finds what is due, the longest waiting first', async () => {
    await save(
      { connectionId: 'later', nextDueAt: inHours(1) },
      { connectionId: 'due', nextDueAt: inHours(-2) },
      { connectionId: 'paused', nextDueAt: inHours(-2), state: 'inactive' },
      { connectionId: 'never', nextDueAt: undefined },
      { connectionId: 'running', nextDueAt: inHours(-1) },
      { runId: uuidv7(), connectionId: 'running', state: RunState.RUNNING, wakeAt: inHours(-3) },
      { connectionId: 'early', nextDueAt: inHours(1) },
      { runId: uuidv7(), connectionId: 'early', state: RunState.RUNNING, wakeAt: inHours(1) },
      { connectionId: 'parked', nextDueAt: inHours(1) },
      { runId: uuidv7(), connectionId: 'parked', state: RunState.PARKED, wakeAt: inHours(-4) },
      { connectionId: 'held', nextDueAt: undefined, state: 'inactive' },
      { runId: uuidv7(), connectionId: 'held', state: RunState.PARKED, wakeAt: inHours(-5) },
      { connectionId: 'silent', nextDueAt: undefined, state: 'inactive' },
      { runId: uuidv7(), connectionId: 'silent', state: RunState.RUNNING, wakeAt: inHours(-6) },
      { runId: uuidv7(), connectionId: 'ended', state: RunState.FAILED, wakeAt: undefined },
    );
    expect(await store.due(10)).toEqual(['silent', 'parked', 'running', 'due']);
    expect(await store.due(2)).toEqual(['silent', 'parked']);
  });

  it('gives back subscriptions, the newest of each, until they are removed', async () => {
    const renewed = aSubscription({
      webhook: 'b',
      wish: 'kept',
      isVerified: false,
      renewBeforeSeconds: 60,
      current: {
        json: '{"id":"s1","note":"Ü\\u0000"}',
        id: 's1',
        url: 'https://gateway.example.com/webhooks/c1/b',
        expiresAt: inHours(72),
        renewedAt: now,
        renewAt: inHours(48),
      },
      call: { id: uuidv7(), purpose: 'unsubscribe', url: 'u', tries: 2, endBefore: inHours(1) },
      hasFailed: true,
      error: { code: 'http.status', message: 'HTTP 503' },
      nextAt: inHours(2),
    });
    const other = aSubscription({ webhook: '', connectionId: 'c2' });
    for (const subscription of [aSubscription({ webhook: 'b' }), renewed, aSubscription(), other])
      await keep(subscription);
    const listed = () => store.withConnection('c1', (connection) => connection.subscriptions());
    expect(await listed()).toEqual([aSubscription(), renewed]);
    expect(await store.subscriptions('c2')).toEqual([other]);
    expect((await store.subscribed()).toSorted()).toEqual(['c1', 'c2']);
    await store.withConnection('c1', (connection) => connection.removeSubscription(''));
    expect(await store.subscriptions('c1')).toEqual([renewed]);
    expect(await store.subscriptions('c2')).toEqual([other]);
  });

  it('finds a connection whose subscription is due, whatever its schedule', async () => {
    await save({ connectionId: 'c1', state: 'inactive' });
    await keep(aSubscription({ nextAt: inHours(1) }));
    await keep(aSubscription({ connectionId: 'c2', nextAt: undefined }));
    expect(await store.due(10)).toEqual([]);
    await keep(aSubscription({ nextAt: inHours(-1) }));
    expect(await store.due(10)).toEqual(['c1']);
  });

  it('tells for each plugin when its next run begins or goes on', async () => {
    const waiting = { state: RunState.PARKED, runId: uuidv7() };
    await save(
      { connectionId: 'a', pluginId: 'p.soon', nextDueAt: inHours(0.5) },
      { connectionId: 'b', pluginId: 'p.soon', nextDueAt: inHours(0.25) },
      { connectionId: 'c', pluginId: 'p.late', nextDueAt: inHours(-1) },
      { connectionId: 'd', pluginId: 'p.later', nextDueAt: inHours(2) },
      { connectionId: 'e', pluginId: 'p.off', nextDueAt: inHours(0.1), state: 'inactive' },
      { connectionId: 'f', pluginId: 'p.parked', nextDueAt: undefined },
      { ...waiting, connectionId: 'f', pluginId: 'p.parked', wakeAt: inHours(0.5) },
    );
    const due = await store.dueWithin(3600);
    expect(due.map(({ pluginId }) => pluginId)).toEqual(['p.late', 'p.parked', 'p.soon']);
    const [late, parked, soon] = due.map(({ dueInMs }) => dueInMs);
    expect(late).toBe(0);
    expect(parked).toBeGreaterThan(soon ?? Infinity);
    expect(soon).toBeLessThanOrEqual(hourMs / 4);
    expect(await store.dueWithin(1)).toEqual([{ pluginId: 'p.late', dueInMs: 0 }]);
  });

  it('lists active connections in pages', async () => {
    await save(
      ...['b', 'a', 'c', 'd'].map((connectionId) => ({ connectionId })),
      { connectionId: 'aa', state: 'inactive' },
      { connectionId: 'cc', state: 'deleted' },
    );
    expect(await store.active('', 3)).toEqual(['a', 'b', 'c']);
    expect(await store.active('c', 3)).toEqual(['d']);
    expect(await store.active('d', 3)).toEqual([]);
  });

  it('lists the runs of a connection, the newest first', async () => {
    const ids = [uuidv7(), uuidv7(), uuidv7()];
    await save(...ids.map((runId) => ({ runId, state: RunState.COMPLETED })), {
      runId: uuidv7(),
      connectionId: 'c2',
      state: RunState.COMPLETED,
    });
    const idsOf = (runs: RunRecord[]) => runs.map(({ runId }) => runId);
    expect(idsOf(await store.runs('c1', '', 2))).toEqual([ids[2], ids[1]]);
    expect(idsOf(await store.runs('c1', ids[1] ?? '', 2))).toEqual([ids[0]]);
  });

  it('forgets what ended long ago, and never what is open', async () => {
    const [old, recent, running] = [uuidv7(), uuidv7(), uuidv7()];
    await save(
      { runId: old, state: RunState.FAILED, finishedAt: inHours(-49) },
      { runId: recent, state: RunState.FAILED, finishedAt: inHours(-47) },
      { runId: running, state: RunState.RUNNING, queuedAt: inHours(-1000) },
      { connectionId: 'gone', state: 'deleted', announcedAt: inHours(-49) },
      { connectionId: 'going', state: 'deleted', announcedAt: inHours(-47) },
      { connectionId: 'quiet', state: 'inactive', announcedAt: inHours(-1000) },
    );
    expect(await store.forget(2, 100)).toBe(2);
    expect(await store.forget(2, 100)).toBe(0);
    expect((await store.runs('c1', '', 10)).map(({ runId }) => runId)).toEqual([running, recent]);
    expect((await read('gone')).schedule).toBeUndefined();
    expect((await read('going')).schedule?.state).toBe('deleted');
    expect((await read('quiet')).schedule?.state).toBe('inactive');
  });

  it('forgets no more rows at once than it is told', async () => {
    await save(
      ...[1, 2, 3].map(() => ({
        runId: uuidv7(),
        state: RunState.FAILED,
        finishedAt: inHours(-49),
      })),
    );
    expect(await store.forget(2, 2)).toBe(2);
    expect(await store.forget(2, 2)).toBe(1);
  });
}
