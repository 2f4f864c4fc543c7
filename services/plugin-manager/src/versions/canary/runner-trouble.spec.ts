import type { RunnerView } from '../../fleet/runner-view.ts';
import { aCanary } from '../../../test/contracts/canaries.contract.ts';
import { RunnerTrouble } from './runner-trouble.ts';

const id = 'com.example.a';

describe('RunnerTrouble', () => {
  let nowMs: number;
  let view: RunnerView[];
  let trouble: RunnerTrouble;

  beforeEach(() => {
    nowMs = 0;
    view = [];
    trouble = new RunnerTrouble({
      runners: () => Promise.resolve(view),
      readyWithinMs: 300_000,
      now: () => nowMs,
    });
  });

  const set = (of: Partial<RunnerView>): RunnerView => ({
    plugin_id: id,
    version: '0.2.0',
    lane: 'canary',
    state: 'waiting',
    wanted: 1,
    present: 0,
    ready: 0,
    pinned: null,
    started_at: null,
    crashes: 0,
    last_fault: null,
    ...of,
  });
  const after = (seconds: number, ...sets: RunnerView[]) => {
    nowMs += seconds * 1000;
    view = sets;
    return trouble.of(id, aCanary());
  };

  it('tells at once of runners that are held back', async () => {
    expect(await after(0, set({ state: 'crashed', wanted: 0, last_fault: 'exit code 3' }))).toEqual(
      {
        code: 'canary.runners_crashed',
        reason: expect.stringMatching(/^its runners end by themselves: exit code 3/u) as unknown,
      },
    );
  });

  it('tells of runners none of which gets ready for too long, and of what keeps them', async () => {
    const waiting = set({ last_fault: 'ErrImagePull: no such image' });
    expect(await after(0, waiting)).toBeUndefined();
    expect(await after(299, waiting)).toBeUndefined();
    expect(await after(1, waiting)).toEqual({
      code: 'canary.runners_not_ready',
      reason: expect.stringMatching(
        /within 300 s \(ErrImagePull: no such image\).*CANARY_READY_SECONDS/u,
      ) as unknown,
    });
  });

  it('counts from when the last one that was ready is not any more', async () => {
    expect(await after(0, set({}))).toBeUndefined();
    expect(await after(200, set({ state: 'running', ready: 1 }))).toBeUndefined();
    expect(await after(200, set({}))).toBeUndefined();
    expect(await after(299, set({}))).toBeUndefined();
    expect(await after(1, set({}))).toMatchObject({ code: 'canary.runners_not_ready' });
  });

  it('counts anew when the same version is tried out again', async () => {
    expect(await after(0, set({}))).toBeUndefined();
    expect(await after(300, set({}))).toMatchObject({ code: 'canary.runners_not_ready' });
    const again = aCanary({ startedAt: '2026-03-01T00:00:00.000Z' });
    expect(again.startedAt).not.toBe(aCanary().startedAt);
    expect(await trouble.of(id, again)).toBeUndefined();
  });

  it('leaves out what runs of the same version for all', async () => {
    expect(await after(0, set({ lane: 'stable', state: 'crashed' }))).toBeUndefined();
  });

  it('does not count while none is wanted, nor what another version had', async () => {
    expect(await after(0, set({ wanted: 0, state: 'idle' }))).toBeUndefined();
    expect(await after(900, set({ wanted: 0, state: 'idle' }))).toBeUndefined();
    expect(await after(0, set({ version: '0.1.0' }))).toBeUndefined();
    expect(await after(900, set({ version: '0.1.0' }))).toBeUndefined();
    expect(await after(0, set({}))).toBeUndefined();
    nowMs += 900_000;
    view = [set({ version: '0.3.0' })];
    const next = aCanary({ version: '0.3.0', startedAt: '2026-03-02T00:00:00.000Z' });
    expect(await trouble.of(id, next)).toBeUndefined();
  });
});
