import { RunKind, RunOutcome, RunState } from '@made-open/contracts';
import { pluginId } from '../../test/builders.ts';
import { TurnedScheduler } from '../../test/turned-scheduler.ts';
import { cancelRun } from './cancel-run.ts';
import { heldRun } from './held-run.ts';
import { requestRun } from './request-run.ts';

describe('cancelRun', () => {
  let scheduler: TurnedScheduler;

  /** A connection whose first sync is sent. */
  beforeEach(async () => {
    scheduler = new TurnedScheduler();
    await scheduler.announce();
    await scheduler.tick();
  });

  const cancel = () => cancelRun(scheduler.store, scheduler.run.runId);
  const held = (change: object = {}, plugin = pluginId) =>
    heldRun(scheduler.store, plugin, { ...scheduler.run, attempt: 1, ...change });
  const wanted = async (change?: object, plugin?: string) => (await held(change, plugin)).wanted;

  it('ends a run that waits for a runner, whoever asks how often', async () => {
    const answers = await Promise.all([cancel(), cancel()]);
    for (const run of answers) expect(run?.state).toBe(RunState.CANCELLED);
    expect(scheduler.published.slice(1)).toEqual(['connector.SyncCancelled']);
  });

  it('ends a run that is under way, so that nothing more of it counts', async () => {
    await scheduler.record('begin');
    expect(await wanted()).toBe(true);
    await cancel();
    expect(await wanted()).toBe(false);
    await scheduler.record(RunOutcome.COMPLETED);
    expect(scheduler.run).toMatchObject({
      state: RunState.CANCELLED,
      finishedAt: expect.any(Date),
    });
    expect(scheduler.store.schedules.get('c1')?.lastSuccessAt).toBeUndefined();
  });

  it('lets a sync begin that waited for a parked remap', async () => {
    await scheduler.record(RunOutcome.COMPLETED);
    await requestRun(scheduler.store, 'c1', RunKind.REMAP);
    await scheduler.record(RunOutcome.FAILED, {
      content: { case: 'end', value: { outcome: RunOutcome.FAILED, error: { code: 'x.y' } } },
    });
    expect(scheduler.run).toMatchObject({ kind: RunKind.REMAP, state: RunState.PARKED });
    await cancel();
    expect(scheduler.published.at(-1)).toBe('connector.RemapCancelled');
    expect(await scheduler.ask()).toMatchObject({ run: { kind: RunKind.SYNC } });
  });

  it('refuses to end what has ended, and knows nothing of other runs', async () => {
    await scheduler.record(RunOutcome.COMPLETED);
    await expect(cancel()).rejects.toMatchObject({ code: 'scheduler.run_ended.conflict' });
    expect(await cancelRun(scheduler.store, 'no run')).toBeUndefined();
  });

  it('wants of a runner only the newest attempt of the newest command of its own plugin', async () => {
    expect(await wanted()).toBe(true);
    expect(await wanted({ epoch: scheduler.run.epoch + 1 })).toBe(false);
    expect(await wanted({}, 'com.example.other')).toBe(false);
    expect(await wanted({ runId: 'none' })).toBe(false);
    await scheduler.record('begin', { attempt: 2 });
    expect(await held()).toEqual({ wanted: false, superseded: true });
    expect(await held({ attempt: 2 })).toEqual({ wanted: true, superseded: false });
    await scheduler.record(RunOutcome.PARKED, { attempt: 2 });
    expect(await held({ attempt: 1 })).toEqual({ wanted: false, superseded: false });
    expect(await wanted({ attempt: 3 })).toBe(false);
  });
});
