import { RunKind, RunOutcome, RunState } from '@made-open/contracts';
import { anEnd } from '../../test/builders.ts';
import { TurnedScheduler } from '../../test/turned-scheduler.ts';
import { requestRun } from '../runs/request-run.ts';

const canary = { version: '2.0.0', percent: 0, isFirst: true };
const sentTo = ({ store }: TurnedScheduler) =>
  store.published
    .filter(({ subject }) => subject.startsWith('cmd.'))
    .map(({ subject }) => subject.replace('cmd.plugin_runner.', ''));
const toCanary = 'RunCanary.com_example_a.2_0_0';
const toStable = 'RunSync.com_example_a';

/** A connection whose next run is the first of a version that is tried out. */
async function tried(): Promise<TurnedScheduler> {
  const scheduler = new TurnedScheduler();
  await scheduler.announce({ canary });
  await scheduler.tick();
  return scheduler;
}

describe('a version that is tried out', () => {
  it('has the next run of its first connection, and then its share', async () => {
    const scheduler = await tried();
    expect(scheduler.run).toMatchObject({ lane: 'canary', pluginVersion: '2.0.0' });
    await scheduler.record('begin');
    await scheduler.record(RunOutcome.COMPLETED);
    // Announced again it owes nothing again.
    await scheduler.announce({ generation: 2, canary });
    await scheduler.ask();
    expect(scheduler.run).toMatchObject({ lane: 'stable', pluginVersion: '1.0.0' });
    expect(sentTo(scheduler)).toEqual([toCanary, toStable]);
    expect(scheduler.store.published.at(-2)).toMatchObject({
      subject: 'connector.SyncCompleted',
      payload: expect.stringMatching(/"plugin_version":"2.0.0","is_canary":true/u) as unknown,
    });
  });

  it('harms no run by failing: the active version has it at once, with all its attempts', async () => {
    const scheduler = await tried();
    await scheduler.record('begin');
    const value = { ...anEnd(RunOutcome.FAILED, 'sandbox.plugin_error'), permanent: true };
    await scheduler.record(RunOutcome.FAILED, { content: { case: 'end', value } });
    expect(scheduler.run).toMatchObject({
      state: RunState.QUEUED,
      lane: 'stable',
      pluginVersion: '1.0.0',
      retries: 0,
    });
    expect(sentTo(scheduler)).toEqual([toCanary, toStable]);
    expect(scheduler.store.published.map(({ subject }) => subject)).not.toContain(
      'connector.SyncFailed',
    );
    const told = scheduler.store.published.find(
      ({ subject }) => subject === 'connector.CanaryRunFailed',
    );
    expect(told?.payload).toMatch(/"plugin_version":"2.0.0".*"code":"sandbox.plugin_error"/u);
    await scheduler.record(RunOutcome.COMPLETED, { epoch: scheduler.run.epoch });
    expect(scheduler.run.state).toBe(RunState.COMPLETED);
  });

  it('harms none by not taking it', async () => {
    const scheduler = await tried();
    await scheduler.pass(11);
    expect(sentTo(scheduler)).toEqual([toCanary, toStable]);
    // Nobody had time for it, which says nothing against the version.
    expect(scheduler.store.published.map(({ subject }) => subject)).not.toContain(
      'connector.CanaryRunFailed',
    );
  });

  it.each([
    ['waits for a runner', false],
    ['is under way', true],
  ])('gives back a run that %s when it is tried out no more', async (_, isBegun) => {
    const scheduler = await tried();
    if (isBegun) await scheduler.record('begin');
    const { epoch, runId } = scheduler.run;
    await scheduler.announce({ generation: 2 });
    expect(scheduler.run).toMatchObject({ runId, state: RunState.QUEUED, lane: 'stable' });
    expect(scheduler.run.epoch).toBeGreaterThan(epoch);
    expect(sentTo(scheduler)).toEqual([toCanary, toStable]);
    // What the one that was left still brings does not count.
    await scheduler.record(RunOutcome.COMPLETED, { epoch });
    expect(scheduler.run.state).toBe(RunState.QUEUED);
  });

  it('keeps a run that goes on while it is announced with another share', async () => {
    const scheduler = await tried();
    await scheduler.record('begin');
    await scheduler.announce({ generation: 2, canary: { ...canary, percent: 50 } });
    expect(scheduler.run).toMatchObject({ state: RunState.RUNNING, lane: 'canary' });
    await scheduler.record(RunOutcome.SLICED);
    expect(sentTo(scheduler)).toEqual([toCanary, toCanary]);
  });

  it('maps nothing again: that is for the active version', async () => {
    const scheduler = new TurnedScheduler();
    await scheduler.announce({ canary: { ...canary, percent: 100 } });
    await requestRun(scheduler.store, 'c1', RunKind.REMAP);
    expect(scheduler.run.lane).toBe('stable');
  });
});
