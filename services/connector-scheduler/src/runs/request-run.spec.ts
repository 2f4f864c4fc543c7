import { RunKind, RunOutcome, RunState } from '@made-open/contracts';
import { aChange, aRecord, noon } from '../../test/builders.ts';
import { advanceConnection } from '../connections/advance-connection.ts';
import { applyChange } from '../connections/apply-change.ts';
import { MemoryConnectionStore } from '../connections/memory-connection-store.ts';
import { recordRun } from './record-run.ts';
import { requestRun } from './request-run.ts';
import type { RunRecord } from './run.ts';

const source = { progress: () => Promise.reject(new Error('nobody is silent')) };
const hour = 3_600_000;

describe('requestRun', () => {
  let store: MemoryConnectionStore;

  /** A connection that is synced on the hour, without a run. */
  beforeEach(async () => {
    store = new MemoryConnectionStore();
    store.now = noon;
    await applyChange(store, aChange({ schedule: '0 * * * *' }));
    await tick();
    await end(RunOutcome.COMPLETED);
  });

  const tick = async (): Promise<void> => {
    for (const id of await store.due(100)) await advanceConnection({ store, source }, id);
  };
  const runs = (): RunRecord[] => [...store.allRuns.values()];
  const run = (): RunRecord => {
    const last = runs().at(-1);
    if (last === undefined) throw new Error('there is no run');
    return last;
  };
  const end = (outcome: RunOutcome): Promise<void> => recordRun(store, aRecord(run(), outcome));
  const lastSuccess = () => store.schedules.get('c1')?.lastSuccessAt;

  it('opens a remap, and gives it again to who asks for one meanwhile', async () => {
    const first = await requestRun(store, 'c1', RunKind.REMAP);
    expect(first).toMatchObject({ alreadyRunning: false, run: { kind: RunKind.REMAP } });
    const again = await requestRun(store, 'c1', RunKind.REMAP);
    expect(again).toMatchObject({ alreadyRunning: true, run: { runId: first.run.runId } });
    expect(runs()).toHaveLength(2);
  });

  it.each([
    ['sync', RunKind.SYNC, RunKind.REMAP],
    ['remap', RunKind.REMAP, RunKind.SYNC],
  ] as const)('begins nothing beside a %s, and says what is open', async (name, open, asked) => {
    await requestRun(store, 'c1', open);
    await expect(requestRun(store, 'c1', asked)).rejects.toMatchObject({
      code: 'scheduler.other_run.conflict',
      message: expect.stringContaining(`${name} ${run().runId}`),
    });
    expect(runs()).toHaveLength(2);
  });

  it('lets a sync that is due wait for the end of a remap', async () => {
    await requestRun(store, 'c1', RunKind.REMAP);
    store.now = new Date(noon.getTime() + hour);
    await tick();
    expect(run()).toMatchObject({ kind: RunKind.REMAP });
    await end(RunOutcome.COMPLETED);
    await tick();
    expect(run()).toMatchObject({ kind: RunKind.SYNC, trigger: 'schedule' });
    expect(runs()).toHaveLength(3);
  });

  it('does not count a remap as a success of the schedule', async () => {
    expect(lastSuccess()).toEqual(noon);
    store.now = new Date(noon.getTime() + 60_000);
    await requestRun(store, 'c1', RunKind.REMAP);
    await end(RunOutcome.COMPLETED);
    expect(run().state).toBe(RunState.COMPLETED);
    expect(lastSuccess()).toEqual(noon);
  });

  it.each([
    ['completed', RunOutcome.COMPLETED, 'RemapCompleted'],
    ['given up', RunOutcome.FAILED, 'RemapFailed'],
  ])('sends commands and facts of their own for a remap that is %s', async (_, outcome, fact) => {
    const before = store.published.length;
    await requestRun(store, 'c1', RunKind.REMAP);
    await end(RunOutcome.SLICED);
    const content = { case: 'end', value: { outcome, permanent: true } } as const;
    await recordRun(store, aRecord(run(), outcome, { content }));
    const names = store.published
      .slice(before)
      .map(({ subject }) => /[A-Z]\w+/u.exec(subject)?.[0]);
    expect(names).toEqual(['RunRemap', 'RemapStarted', 'RunRemap', fact]);
  });
});
