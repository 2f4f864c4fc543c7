import { ConnectionState, RunOutcome, RunState } from '@made-open/contracts';
import { eventually } from '@made-open/testing';
import { SchedulerFixture } from './scheduler-fixture.ts';

const failure = (code: string) =>
  ({
    content: {
      case: 'end',
      value: { outcome: RunOutcome.FAILED, error: { code, message: 'why' } },
    },
  }) as const;

describe('runs that do not end at once, two replicas', () => {
  let fixture: SchedulerFixture;

  beforeAll(async () => {
    fixture = await SchedulerFixture.start();
  });
  afterAll(() => fixture?.stop());

  it('goes on with slices, parks and retries under new epochs, and takes nothing twice', async () => {
    const { id, first } = await fixture.connected();
    await fixture.record(first, 'begin');
    await fixture.record(first, RunOutcome.SLICED);
    await fixture.record(first, RunOutcome.SLICED);
    const second = await fixture.command(id, 2);
    expect(second).toMatchObject({ runId: first.runId, slice: 2, trigger: 'slice' });
    expect(second.epoch).toBeGreaterThan(first.epoch);

    const park = { outcome: RunOutcome.PARKED, retryAfterMs: 1000 };
    for (let time = 0; time < 3; time++)
      await fixture.record(second, RunOutcome.PARKED, { content: { case: 'end', value: park } });
    const third = await fixture.command(id, 3);
    expect(third).toMatchObject({ runId: first.runId, slice: 2 });

    for (let time = 0; time < 3; time++)
      await fixture.record(third, RunOutcome.FAILED, failure('plugin.error'));
    await fixture.record(third, 'begin');
    await fixture.runIs(first.runId, { state: RunState.PARKED, error: { code: 'plugin.error' } });
    await fixture.makeDue('run', [id]);
    const fourth = await fixture.command(id, 4);
    // What the runs before still had on its way.
    for (const old of [first, second, third]) await fixture.record(old, RunOutcome.COMPLETED);
    await fixture.record(fourth, RunOutcome.FAILED, failure('sandbox.cpu_limit'));
    await fixture.runIs(first.runId, {
      state: RunState.FAILED,
      slice: 2,
      error: { code: 'sandbox.cpu_limit' },
    });
    expect(fixture.commandsOf(id)).toHaveLength(4);
    await eventually(async () =>
      expect(await fixture.news(id)).toEqual(['SyncStarted', 'SyncFailed']),
    );
  });

  it('begins nothing while a connection is paused, and goes on where it was', async () => {
    const { id, first } = await fixture.connected();
    await fixture.record(first, 'begin');
    await fixture.announce(id, { generation: 3, state: ConnectionState.PAUSED });
    await fixture.announce(id, { generation: 2 });
    await eventually(async () =>
      expect(
        await fixture.query(
          `select state from connector_scheduler.schedule where connection_id = $1`,
          [id],
        ),
      ).toEqual([{ state: 'inactive' }]),
    );
    await expect(fixture.request(id)).rejects.toMatchObject({
      code: 'scheduler.connection_inactive.conflict',
      retry: 'never',
    });
    await fixture.record(first, RunOutcome.SLICED);
    await fixture.runIs(first.runId, { state: RunState.PARKED });
    await fixture.announce(id, { generation: 4 });
    const second = await fixture.command(id, 2);
    expect(second).toMatchObject({ runId: first.runId, slice: 2 });
    await fixture.record(second, RunOutcome.COMPLETED);
    await fixture.runIs(first.runId, { state: RunState.COMPLETED });
  });

  it('goes on at once with a run that waits when someone asks or the connection changes, and says until when it would wait', async () => {
    const { id, first } = await fixture.connected();
    await fixture.record(first, RunOutcome.FAILED, failure('plugin.error'));
    await fixture.runIs(first.runId, { state: RunState.PARKED, error: { code: 'plugin.error' } });
    const { resumesAt = '', queuedAt = '' } = (await fixture.run(first.runId)) ?? {};
    expect(new Date(resumesAt).getTime()).toBeGreaterThan(new Date(queuedAt).getTime());
    const answers = await Promise.all([1, 2, 3, 4].map(() => fixture.request(id)));
    for (const answer of answers)
      expect(answer).toMatchObject({
        alreadyRunning: true,
        run: { runId: first.runId, state: RunState.QUEUED, resumesAt: '' },
      });
    const second = await fixture.command(id, 2);
    expect(second).toMatchObject({ runId: first.runId, slice: 1 });
    await fixture.record(second, RunOutcome.PARKED, {
      content: { case: 'end', value: { outcome: RunOutcome.PARKED, retryAfterMs: 3_600_000 } },
    });
    const asked = { state: RunState.PARKED, error: { code: 'source.retry_after' } };
    await fixture.runIs(first.runId, asked);
    await fixture.announce(id, { generation: 2, pluginVersion: '0.0.2' }, 3);
    const third = await fixture.command(id, 3);
    expect(third).toMatchObject({ runId: first.runId, slice: 1 });
    await fixture.record(third, RunOutcome.COMPLETED);
    await fixture.runIs(first.runId, { state: RunState.COMPLETED, resumesAt: '' });
    expect((await fixture.run(first.runId))?.error).toBeUndefined();
    expect(fixture.commandsOf(id)).toHaveLength(3);
    expect((await fixture.list(id)).runs).toHaveLength(1);
  });

  it('ends the run of a deleted connection, and does not bring it back', async () => {
    const { id, first } = await fixture.connected();
    await fixture.announce(id, { generation: 9, state: ConnectionState.DELETED });
    await fixture.runIs(first.runId, {
      state: RunState.FAILED,
      error: { code: 'connection.deleted' },
    });
    await fixture.announce(id, { generation: 8 });
    await fixture.record(first, RunOutcome.COMPLETED);
    const { first: other } = await fixture.connected();
    await fixture.record(other, RunOutcome.COMPLETED);
    await fixture.runIs(other.runId, { state: RunState.COMPLETED });
    expect(await fixture.run(first.runId)).toMatchObject({ state: RunState.FAILED });
    await expect(fixture.request(id)).rejects.toMatchObject({ retry: 'never' });
    expect(fixture.commandsOf(id)).toHaveLength(1);
  });

  it('ends a run that is cancelled, in the row and for the runner that holds it, and begins the next when asked', async () => {
    const { id, first } = await fixture.connected();
    await fixture.record(first, 'begin');
    await fixture.runIs(first.runId, { state: RunState.RUNNING });
    expect(await fixture.isWanted(first)).toBe(true);
    const answers = await Promise.all([1, 2].map(() => fixture.cancel(first.runId)));
    for (const run of answers) expect(run).toMatchObject({ state: RunState.CANCELLED });
    expect(await fixture.isWanted(first)).toBe(false);
    await fixture.record(first, RunOutcome.COMPLETED);
    await fixture.request(id);
    const second = await fixture.command(id, 2);
    expect(second.runId).not.toBe(first.runId);
    await fixture.record(second, RunOutcome.COMPLETED);
    await fixture.runIs(second.runId, { state: RunState.COMPLETED });
    expect(await fixture.run(first.runId)).toMatchObject({ state: RunState.CANCELLED });
    await expect(fixture.cancel(second.runId)).rejects.toMatchObject({
      code: 'scheduler.run_ended.conflict',
    });
    expect(await fixture.cancel('no run')).toBeUndefined();
    await eventually(async () =>
      expect(await fixture.news(id)).toEqual([
        'SyncStarted',
        'SyncCancelled',
        'SyncStarted',
        'SyncCompleted',
      ]),
    );
  });

  it('goes on at once with a run that its runner gave back', async () => {
    const { id, first } = await fixture.connected();
    await fixture.record(first, 'begin');
    await fixture.record(first, RunOutcome.INTERRUPTED);
    const second = await fixture.command(id, 2);
    expect(second).toMatchObject({ runId: first.runId, slice: 1 });
    await fixture.record(second, RunOutcome.COMPLETED);
    await fixture.runIs(first.runId, { state: RunState.COMPLETED });
  });

  it('syncs at once when the config of a connection whose sync failed has changed, not when its name has', async () => {
    const { id, first } = await fixture.connected();
    await fixture.announce(id, { generation: 2, configRevision: 1 });
    await fixture.record(first, RunOutcome.FAILED, failure('sandbox.cpu_limit'));
    await fixture.runIs(first.runId, { state: RunState.FAILED });
    // The config changed while it was under way.
    const second = await fixture.command(id, 2);
    expect(second).toMatchObject({ trigger: 'change' });
    await fixture.record(second, RunOutcome.FAILED, failure('sandbox.cpu_limit'));
    await fixture.runIs(second.runId, { state: RunState.FAILED });
    await fixture.announce(id, { generation: 3, configRevision: 1, name: 'other' });
    await fixture.announce(id, { generation: 4, configRevision: 2, name: 'other' });
    const third = await fixture.command(id, 3);
    expect(third).toMatchObject({ trigger: 'change' });
    await fixture.record(third, RunOutcome.COMPLETED);
    await fixture.runIs(third.runId, { state: RunState.COMPLETED });
    expect((await fixture.list(id)).runs).toHaveLength(3);
  });
});
