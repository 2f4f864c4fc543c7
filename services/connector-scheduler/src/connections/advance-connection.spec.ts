import { ConnectionState, RunKind, RunOutcome, RunState } from '@made-open/contracts';
import { at, noon } from '../../test/builders.ts';
import { TurnedScheduler } from '../../test/turned-scheduler.ts';
import { requestRun } from '../runs/request-run.ts';
import { catchUp } from './catch-up.ts';
import { MemoryConnectionStore } from './memory-connection-store.ts';

const command = 'cmd.plugin_runner.RunSync';

describe('a run that was not heard of for long', () => {
  it('goes on while its frames arrive, however slowly, and is asked about no more often than needed', async () => {
    const scheduler = new TurnedScheduler();
    await scheduler.announce();
    await scheduler.tick();
    await scheduler.record('begin');
    const sent = () => scheduler.published.filter((subject) => subject.startsWith(command)).length;
    for (const frame of [3, 4, 90]) {
      scheduler.frame = frame;
      await scheduler.pass(76);
      expect(scheduler.run).toMatchObject({ state: RunState.RUNNING, retries: 0, frame });
    }
    expect(sent()).toBe(1);
    expect(scheduler.asked).toBe(3);
    await scheduler.pass(76);
    expect(scheduler.run).toMatchObject({ state: RunState.QUEUED, retries: 1, frame: 0 });
    expect(sent()).toBe(2);
  });
});

describe('a connection', () => {
  it('is synced when it becomes active, and then by its schedule', async () => {
    const scheduler = new TurnedScheduler();
    await scheduler.announce();
    await scheduler.tick();
    expect(scheduler.run).toMatchObject({ trigger: 'start-up', state: RunState.QUEUED, epoch: 1 });
    await scheduler.record('begin');
    await scheduler.record(RunOutcome.COMPLETED);
    expect(scheduler.store.schedules.get('c1')?.lastSuccessAt).toEqual(noon);
    await scheduler.pass(59);
    expect(scheduler.runs).toHaveLength(1);
    await scheduler.pass(1);
    expect(scheduler.runs).toHaveLength(2);
    expect(scheduler.run).toMatchObject({ trigger: 'schedule', epoch: 2 });
    expect(scheduler.published).toEqual([
      command,
      'connector.SyncStarted',
      'connector.SyncCompleted',
      command,
    ]);
  });

  it('has one run at a time, whoever asks', async () => {
    const scheduler = new TurnedScheduler();
    await scheduler.announce();
    await scheduler.tick();
    const asked = await Promise.all([1, 2, 3].map(() => scheduler.ask()));
    expect(
      asked.every(({ run, alreadyRunning }) => alreadyRunning && run.runId === scheduler.run.runId),
    ).toBe(true);
    await scheduler.pass(60);
    await scheduler.announce({ generation: 2, state: ConnectionState.PAUSED });
    await scheduler.announce({ generation: 3 });
    await scheduler.tick();
    expect(scheduler.runs).toHaveLength(1);
    expect(scheduler.published).toEqual([command]);
  });

  it('makes one run of all that was missed', async () => {
    const scheduler = new TurnedScheduler();
    await scheduler.announce();
    await scheduler.tick();
    await scheduler.record(RunOutcome.COMPLETED);
    await scheduler.pass(10 * 60 + 20);
    await scheduler.tick();
    expect(scheduler.runs).toHaveLength(2);
    await scheduler.record(RunOutcome.COMPLETED);
    await scheduler.pass(39);
    expect(scheduler.runs).toHaveLength(2);
    await scheduler.pass(1);
    expect(scheduler.runs).toHaveLength(3);
  });

  it('is synced at the start when its last success is too old, once', async () => {
    const scheduler = new TurnedScheduler();
    await scheduler.announce({ schedule: '0 9 * * *' });
    await scheduler.tick();
    await scheduler.record(RunOutcome.COMPLETED);
    await catchUp(scheduler.store);
    await scheduler.tick();
    expect(scheduler.runs).toHaveLength(1);
    scheduler.store.now = new Date('2026-01-02T08:59:00Z');
    await scheduler.ask();
    await scheduler.record(RunOutcome.FAILED, {
      content: { case: 'end', value: { outcome: RunOutcome.FAILED, error: { code: 'sandbox.x' } } },
    });
    await scheduler.pass(1);
    await scheduler.record(RunOutcome.FAILED, {
      content: { case: 'end', value: { outcome: RunOutcome.FAILED, error: { code: 'sandbox.x' } } },
    });
    expect(scheduler.runs).toHaveLength(3);
    for (let start = 0; start < 2; start++) await catchUp(scheduler.store);
    await scheduler.tick();
    expect(scheduler.runs).toHaveLength(4);
    expect(scheduler.run.trigger).toBe('start-up');
    await catchUp(scheduler.store);
    await scheduler.tick();
    expect(scheduler.runs).toHaveLength(4);
  });

  it('lets a run that is under way end when it is paused, and begins nothing new', async () => {
    const scheduler = new TurnedScheduler();
    await scheduler.announce();
    await scheduler.tick();
    await scheduler.record('begin');
    await scheduler.announce({ generation: 2, state: ConnectionState.PAUSED });
    await scheduler.pass(60);
    await expect(scheduler.ask()).rejects.toMatchObject({
      code: 'scheduler.connection_inactive.conflict',
      retry: 'never',
    });
    await scheduler.record(RunOutcome.SLICED);
    await scheduler.pass(600);
    expect(scheduler.run).toMatchObject({ state: RunState.PARKED, slice: 2 });
    expect(scheduler.published).toEqual([command, 'connector.SyncStarted']);
    await scheduler.announce({ generation: 3 });
    await scheduler.tick();
    expect(scheduler.runs).toHaveLength(1);
    expect(scheduler.run).toMatchObject({ state: RunState.QUEUED, slice: 2, epoch: 2 });
    expect(scheduler.published.at(-1)).toBe(command);
  });

  it('ends its run when it is deleted, and does not come back with old news', async () => {
    const scheduler = new TurnedScheduler();
    await scheduler.announce({ generation: 4 });
    await scheduler.tick();
    await scheduler.announce({ generation: 6, state: ConnectionState.DELETED });
    await scheduler.announce({ generation: 5 });
    await scheduler.pass(600);
    expect(scheduler.runs).toHaveLength(1);
    expect(scheduler.run).toMatchObject({
      state: RunState.FAILED,
      error: { code: 'connection.deleted' },
    });
    await scheduler.record('begin');
    await scheduler.record(RunOutcome.COMPLETED);
    expect(scheduler.published).toEqual([command, 'connector.SyncFailed']);
  });

  it('that is unknown may come later', async () => {
    await expect(requestRun(new MemoryConnectionStore(), 'c9', RunKind.SYNC)).rejects.toMatchObject(
      {
        code: 'scheduler.connection_unknown',
        retry: 'later',
      },
    );
  });
});

describe('a run', () => {
  it('goes on slice by slice under new epochs', async () => {
    const scheduler = new TurnedScheduler();
    await scheduler.announce();
    await scheduler.tick();
    await scheduler.record('begin');
    await scheduler.record(RunOutcome.SLICED);
    expect(scheduler.run).toMatchObject({ slice: 2, epoch: 2, state: RunState.QUEUED });
    const last = scheduler.store.published.at(-1);
    expect(JSON.parse(last?.payload ?? '')).toMatchObject({
      run_id: scheduler.run.runId,
      epoch: 2,
      slice: 2,
      trigger: 'slice',
      begin_before: at('13:00:00').toISOString(),
    });
    await scheduler.record(RunOutcome.COMPLETED, { epoch: 1 });
    expect(scheduler.run.state).toBe(RunState.QUEUED);
    await scheduler.record(RunOutcome.COMPLETED);
    expect(scheduler.runs).toHaveLength(1);
    expect(scheduler.run.state).toBe(RunState.COMPLETED);
  });

  it('takes each record once, however often and in whatever order they come', async () => {
    const scheduler = new TurnedScheduler();
    await scheduler.announce();
    await scheduler.tick();
    const { epoch } = scheduler.run;
    const failure = {
      epoch,
      content: {
        case: 'end',
        value: { outcome: RunOutcome.FAILED, error: { code: 'plugin.error' } },
      },
    };
    for (let time = 0; time < 3; time++) {
      await scheduler.record(RunOutcome.FAILED, failure);
      await scheduler.record('begin', { epoch });
    }
    expect(scheduler.run).toMatchObject({ state: RunState.PARKED, retries: 1 });
    await scheduler.pass(1);
    expect(scheduler.run).toMatchObject({ state: RunState.QUEUED, epoch: epoch + 1 });
    await scheduler.record(RunOutcome.FAILED, failure);
    expect(scheduler.run).toMatchObject({ state: RunState.QUEUED, retries: 1 });
    expect(scheduler.published).toEqual([command, 'connector.SyncStarted', command]);
  });

  const parkings: [string, object, string[]][] = [
    ['a failure', { outcome: RunOutcome.FAILED, error: { code: 'plugin.error' } }, []],
    [
      'its source',
      { outcome: RunOutcome.PARKED, retryAfterMs: 3_600_000 },
      ['connector.SyncThrottled', 'connector.SyncResumed'],
    ],
  ];

  describe.each(parkings)('parked by %s', (_, end, told) => {
    let scheduler: TurnedScheduler;
    beforeEach(async () => {
      scheduler = new TurnedScheduler();
      await scheduler.announce();
      await scheduler.tick();
      await scheduler.record('begin');
      await scheduler.record(RunOutcome.UNSPECIFIED, { content: { case: 'end', value: end } });
      expect(scheduler.run).toMatchObject({ state: RunState.PARKED, epoch: 1 });
    });
    const expectSentOnce = (): void => {
      expect(scheduler.runs).toHaveLength(1);
      expect(scheduler.run).toMatchObject({ state: RunState.QUEUED, epoch: 2 });
      expect(scheduler.published).toEqual([command, 'connector.SyncStarted', ...told, command]);
    };

    it('goes on at once when someone asks, once for all who ask', async () => {
      const [first, second] = await Promise.all([1, 2].map(() => scheduler.ask()));
      for (const asked of [first, second])
        expect(asked).toMatchObject({
          alreadyRunning: true,
          run: { runId: scheduler.run.runId, state: RunState.QUEUED, epoch: 2 },
        });
      await scheduler.tick();
      expectSentOnce();
    });

    it('goes on at once when its connection has changed, not when it is announced again', async () => {
      await scheduler.announce();
      expect(scheduler.run.state).toBe(RunState.PARKED);
      await scheduler.announce({ generation: 2, pluginVersion: '0.0.2' });
      await scheduler.announce({ generation: 2, pluginVersion: '0.0.2' });
      await scheduler.tick();
      expectSentOnce();
    });

    it('waits while its connection is paused', async () => {
      await scheduler.announce({ generation: 2, state: ConnectionState.PAUSED });
      expect(scheduler.run.state).toBe(RunState.PARKED);
      await scheduler.announce({ generation: 3 });
      expectSentOnce();
    });
  });

  it('that nobody takes is sent again and ends in bounded time', async () => {
    const scheduler = new TurnedScheduler();
    await scheduler.announce({ schedule: '0 0 30 2 *' });
    await scheduler.tick();
    for (let hour = 0; hour < 5; hour++) await scheduler.pass(66);
    expect(scheduler.run).toMatchObject({
      state: RunState.FAILED,
      error: { code: 'run.not_taken' },
    });
    expect(scheduler.published).toEqual([
      command,
      command,
      command,
      command,
      'connector.SyncFailed',
    ]);
  });
});
