import type { Canary, CountedRun } from '../../src/versions/canary/canary.ts';
import type { PluginStore } from '../../src/plugins/plugin-store.ts';
import { aVersion } from './plugin-store.contract.ts';

interface Subject {
  readonly plugins: PluginStore;
  /** Subjects of what was announced so far. */
  announced(): Promise<readonly string[]>;
}

const id = 'com.example.my-connector';

export function aCanary(of: Partial<Canary> = {}): Canary {
  return {
    version: '0.2.0',
    percent: 10,
    minRuns: 3,
    maxExtraFailures: 10,
    startedAt: '2026-11-21T06:00:00.000Z',
    ...of,
  };
}

const aCounted = (of: Partial<CountedRun> = {}): CountedRun => ({
  pluginId: id,
  runId: 'r1',
  version: '0.2.0',
  isCanary: true,
  isFailed: false,
  ...of,
});

/** What every PluginStore does with versions that are tried out. */
export function canariesContract(make: () => Promise<Subject>): void {
  let plugins: PluginStore;
  let subject: Subject;

  beforeEach(async () => {
    subject = await make();
    ({ plugins } = subject);
    for (const version of ['0.1.0', '0.2.0', '0.3.0']) await plugins.add(aVersion({ version }));
    await plugins.activate(id, { version: '0.1.0', name: 'x' });
  });

  const canary = async () => (await plugins.plugin(id))?.canary;
  const last = async () => (await plugins.plugin(id))?.lastCanary;
  const news = async () =>
    (await subject.announced()).filter((name) => name.startsWith('plugin.Canary'));

  it('shares the runs of an active version only', async () => {
    expect(await plugins.startCanary('com.example.none', aCanary())).toBe(false);
    expect(await plugins.startCanary(id, aCanary())).toBe(true);
    expect(await canary()).toEqual(aCanary());
    await plugins.activate(id, undefined);
    expect(await canary()).toBeUndefined();
    expect(await last()).toMatchObject({ version: '0.2.0', outcome: 'withdrawn' });
    expect(await plugins.startCanary(id, aCanary())).toBe(false);
  });

  it('counts each run once for each version, and none that belongs to neither', async () => {
    expect(await plugins.countRun(aCounted())).toBe(false);
    await plugins.startCanary(id, aCanary());
    expect(await plugins.countRun(aCounted({ isFailed: true }))).toBe(true);
    expect(await plugins.countRun(aCounted())).toBe(false);
    expect(await plugins.countRun(aCounted({ version: '0.1.0', isCanary: false }))).toBe(true);
    expect(await plugins.countRun(aCounted({ runId: 'r2' }))).toBe(true);
    expect(await plugins.countRun(aCounted({ runId: 'r3', version: '0.0.9' }))).toBe(false);
    expect(await plugins.canaryTally(id)).toEqual({
      canary: { runs: 2, failed: 1 },
      stable: { runs: 1, failed: 0 },
    });
  });

  it('goes on with what was seen when the share changes, and begins anew with another version', async () => {
    await plugins.startCanary(id, aCanary());
    await plugins.countRun(aCounted());
    await plugins.startCanary(id, aCanary({ percent: 50 }));
    expect(await canary()).toMatchObject({ percent: 50 });
    expect((await plugins.canaryTally(id)).canary.runs).toBe(1);
    await plugins.startCanary(id, aCanary({ version: '0.3.0' }));
    expect((await plugins.canaryTally(id)).canary.runs).toBe(0);
    expect(await last()).toMatchObject({
      version: '0.2.0',
      outcome: 'withdrawn',
      tally: { canary: { runs: 1, failed: 0 } },
    });
    expect(await news()).toEqual([
      'plugin.CanaryStarted',
      'plugin.CanaryEnded',
      'plugin.CanaryStarted',
    ]);
  });

  it('ends once, for the reason that was given first', async () => {
    await plugins.startCanary(id, aCanary());
    const code = 'canary.failed_more' as const;
    const end = { version: '0.2.0', outcome: 'returned', code, reason: 'it failed' } as const;
    expect(await plugins.endCanary(id, { ...end, version: '0.3.0' })).toBe(false);
    expect(await plugins.endCanary(id, end)).toBe(true);
    expect(await plugins.endCanary(id, { ...end, reason: 'again' })).toBe(false);
    expect(await last()).toMatchObject({ ...end, tally: { stable: { runs: 0 } } });
    expect(await news()).toEqual(['plugin.CanaryStarted', 'plugin.CanaryEnded']);
  });

  it('is promoted by its activation, and withdrawn by that of another version', async () => {
    await plugins.startCanary(id, aCanary());
    await plugins.activate(id, { version: '0.2.0', name: 'x' });
    expect(await plugins.plugin(id)).toMatchObject({
      activeVersion: '0.2.0',
      canary: undefined,
      lastCanary: { version: '0.2.0', outcome: 'promoted' },
    });
    await plugins.startCanary(id, aCanary({ version: '0.3.0' }));
    await plugins.activate(id, { version: '0.1.0', name: 'x' });
    expect(await last()).toMatchObject({ version: '0.3.0', outcome: 'withdrawn' });
  });

  it('becomes the active one in the moment in which it ends well, unless that was before', async () => {
    const end = {
      version: '0.2.0',
      outcome: 'promoted',
      code: 'canary.did_well',
      reason: '0 of 5 runs failed under it',
    } as const;
    await plugins.startCanary(id, aCanary());
    expect(await plugins.endCanary(id, end, 'Renamed')).toBe(true);
    expect(await plugins.plugin(id)).toMatchObject({
      name: 'Renamed',
      activeVersion: '0.2.0',
      activatedBefore: ['0.1.0'],
      canary: undefined,
      lastCanary: end,
    });
    expect((await subject.announced()).slice(-2).toSorted()).toEqual([
      'plugin.CanaryEnded',
      'plugin.VersionActivated',
    ]);
    await plugins.activate(id, { version: '0.1.0', name: 'x' }, true);
    expect(await plugins.endCanary(id, end, 'Renamed')).toBe(false);
    expect(await plugins.plugin(id)).toMatchObject({ name: 'x', activeVersion: '0.1.0' });
  });

  it('keeps a version that is tried out from being removed', async () => {
    await plugins.startCanary(id, aCanary());
    expect(await plugins.removeVersion(id, '0.2.0')).toBe(false);
    expect(await plugins.removeVersion(id, '0.3.0')).toBe(true);
  });
}
