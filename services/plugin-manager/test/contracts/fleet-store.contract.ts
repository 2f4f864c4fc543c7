import type { RunnerSetStatus } from '../../src/fleet/fleet-driver.ts';
import type { FleetStore } from '../../src/fleet/store/fleet-store.ts';

export function aSetStatus(of: Partial<RunnerSetStatus> = {}): RunnerSetStatus {
  return {
    pluginId: 'com.example.a',
    version: '1.0.0',
    lane: 'stable',
    fingerprint: 'f1',
    wanted: 2,
    present: 2,
    ready: 1,
    crashes: 0,
    isBroken: false,
    fault: undefined,
    startedAt: undefined,
    pinned: undefined,
    ...of,
  };
}

/** What every FleetStore does. */
export function fleetStoreContract(make: () => FleetStore): void {
  let store: FleetStore;

  beforeEach(() => {
    store = make();
  });

  it('tells the sets of every plugin as they were noted last', async () => {
    const b = aSetStatus({ pluginId: 'com.example.b', fault: 'no room', pinned: 0 });
    const running = aSetStatus({ startedAt: new Date('2026-11-21T12:00:00.250Z') });
    const tried = aSetStatus({ version: '2.0.0', lane: 'canary', isBroken: true });
    await store.note('com.example.b', [b]);
    await store.note('com.example.a', [aSetStatus()]);
    await store.note('com.example.a', [running, tried]);
    expect(await store.sets()).toEqual([running, tried, b]);
    await store.note('com.example.a', []);
    expect(await store.sets()).toEqual([b]);
  });

  it('keeps that a reset was asked for until that one was done', async () => {
    const id = 'com.example.a';
    expect(await store.askedReset(id)).toBeUndefined();
    await store.askReset(id);
    const first = (await store.askedReset(id)) ?? '';
    await store.askReset(id);
    await store.endReset(id, first);
    const second = (await store.askedReset(id)) ?? '';
    expect(second).not.toBe('');
    expect(await store.askedReset('com.example.b')).toBeUndefined();
    await store.endReset(id, second);
    expect(await store.askedReset(id)).toBeUndefined();
  });
}
