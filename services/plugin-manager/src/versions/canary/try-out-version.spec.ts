import { aConnection } from '../../../test/contracts/connection-store.contract.ts';
import { aVersion } from '../../../test/contracts/plugin-store.contract.ts';
import { memoryParts } from '../../../test/platform/memory-parts.ts';
import { ActivateVersion } from '../activate-version.ts';
import { TryOutVersion } from './try-out-version.ts';
import { WatchCanaries } from './watch-canaries.ts';

const id = 'com.example.my-connector';
const share = { percent: 10, minRuns: 2, maxExtraFailures: 10, force: false };

/** A plugin with a connection that works, and a second version. */
async function setUp() {
  const parts = memoryParts();
  const { plugins, connections } = parts;
  for (const version of ['0.1.0', '0.2.0']) await plugins.add(aVersion({ version }));
  await plugins.approve(id, ['network:outbound:api.example.com', 'data:write:persons']);
  await plugins.activate(id, { version: '0.1.0', name: 'x' });
  await connections.add(aConnection());
  const config = { revision: 1, fields: ['apiKey'], gaps: [], hasToken: false };
  await connections.change('c1', { config });
  return { ...parts, trials: new TryOutVersion(parts) };
}

describe('TryOutVersion', () => {
  it('gives a share to a version, first of a connection that works', async () => {
    const { trials, plugins } = await setUp();
    await trials.begin(id, '0.2.0', share);
    expect((await plugins.plugin(id))?.canary).toMatchObject({
      version: '0.2.0',
      percent: 10,
      firstConnection: 'c1',
    });
    expect(await plugins.version(id, '0.2.0')).toMatchObject({ isReleased: true });
  });

  it('changes the share of what is tried out already, and nothing else of it', async () => {
    const { trials, plugins } = await setUp();
    await trials.begin(id, '0.2.0', share);
    const before = (await plugins.plugin(id))?.canary;
    await trials.begin(id, '0.2.0', { ...share, percent: 50 });
    const { force: _, ...settings } = share;
    expect((await plugins.plugin(id))?.canary).toEqual({ ...before, ...settings, percent: 50 });
  });

  it('refuses a version that is active, and any while none is', async () => {
    const { trials, plugins } = await setUp();
    await expect(trials.begin(id, '0.1.0', share)).rejects.toMatchObject({
      status: 409,
      code: 'plugin.canary_active.conflict',
    });
    await plugins.activate(id, undefined);
    await expect(trials.begin(id, '0.2.0', share)).rejects.toMatchObject({
      code: 'plugin.no_active_version.conflict',
    });
  });

  it('is ended by a rollback, which leaves the active version as it is', async () => {
    const { trials, plugins, ...parts } = await setUp();
    await trials.begin(id, '0.2.0', share);
    const activations = new ActivateVersion({ ...parts, plugins });
    const { version } = await activations.rollBack(id, { force: false });
    expect(version.version).toBe('0.1.0');
    expect(await plugins.plugin(id)).toMatchObject({
      activeVersion: '0.1.0',
      lastCanary: { version: '0.2.0', outcome: 'withdrawn' },
    });
    await expect(trials.withdraw(id)).rejects.toMatchObject({ code: 'plugin.no_canary.conflict' });
  });
});

describe('WatchCanaries', () => {
  const run = (runId: string, isFailed: boolean) => ({
    pluginId: id,
    runId,
    version: '0.2.0',
    isCanary: true,
    isFailed,
  });

  it('gives the runs back when too many fail, once and with the reason', async () => {
    const { trials, plugins, canaries, audit } = await setUp();
    await trials.begin(id, '0.2.0', share);
    for (const runId of ['r1', 'r1', 'r2', 'r3']) await canaries.count(run(runId, true));
    expect(await plugins.plugin(id)).toMatchObject({
      activeVersion: '0.1.0',
      canary: undefined,
      lastCanary: {
        outcome: 'returned',
        reason: expect.stringMatching(/^2 of 2 runs/u) as unknown,
      },
    });
    const { data } = await audit.list({ limit: 9, after: undefined });
    expect(data).toMatchObject([
      { who: 'system', action: 'plugin.canary_return', target: `${id} 0.2.0` },
    ]);
  });

  it('promotes a version that does well, when that was asked for', async () => {
    const { trials, plugins, canaries } = await setUp();
    await trials.begin(id, '0.2.0', { ...share, promoteAfterRuns: 2 });
    for (const runId of ['r1', 'r2']) await canaries.count(run(runId, false));
    expect(await plugins.plugin(id)).toMatchObject({
      activeVersion: '0.2.0',
      activatedBefore: ['0.1.0'],
      lastCanary: { outcome: 'promoted', tally: { canary: { runs: 2, failed: 0 } } },
    });
  });

  it('gives the runs back when its runners end again and again', async () => {
    const { trials, plugins, ...parts } = await setUp();
    await trials.begin(id, '0.2.0', share);
    const set = {
      plugin_id: id,
      version: '0.2.0',
      lane: 'canary',
      state: 'crashed',
      wanted: 1,
      present: 0,
      ready: 0,
      pinned: null,
      started_at: null,
      crashes: 6,
      last_fault: 'exit code 1',
    } as const;
    const runners = () => Promise.resolve([set]);
    const watch = new WatchCanaries({ ...parts, plugins, runners, readyWithinMs: 300_000 });
    await watch.look(id);
    expect((await plugins.plugin(id))?.lastCanary).toMatchObject({
      outcome: 'returned',
      code: 'canary.runners_crashed',
    });
  });

  it('ends a trial whose version may not become the active one, once and with the reason', async () => {
    const { trials, plugins, canaries, audit } = await setUp();
    await trials.begin(id, '0.2.0', { ...share, promoteAfterRuns: 2 });
    await plugins.revoke(id, ['data:write:persons']);
    for (const runId of ['r1', 'r2', 'r3']) await canaries.count(run(runId, false));
    await canaries.look(id);
    expect(await plugins.plugin(id)).toMatchObject({
      activeVersion: '0.1.0',
      canary: undefined,
      lastCanary: {
        outcome: 'returned',
        code: 'canary.not_promoted',
        reason: expect.stringContaining('data:write:persons') as unknown,
      },
    });
    const { data } = await audit.list({ limit: 9, after: undefined });
    expect(data.map(({ action }) => action)).toEqual(['plugin.canary_return']);
  });

  it('does not promote a version under which a connection could not go on', async () => {
    const { trials, plugins, connections, canaries } = await setUp();
    const needsMore = { type: 'object', required: ['apiKey', 'folder'] };
    await plugins.add(aVersion({ version: '0.3.0', configSchema: needsMore }));
    await trials.begin(id, '0.3.0', { ...share, promoteAfterRuns: 2, force: true });
    for (const runId of ['r1', 'r2'])
      await canaries.count({ ...run(runId, false), version: '0.3.0' });
    expect((await connections.find('c1'))?.connection.id).toBe('c1');
    expect(await plugins.plugin(id)).toMatchObject({
      activeVersion: '0.1.0',
      lastCanary: {
        code: 'canary.not_promoted',
        reason: expect.stringContaining('folder') as unknown,
      },
    });
  });

  it('looks at every plugin, whatever trouble one of them has', async () => {
    const { trials, plugins, ...parts } = await setUp();
    const other = 'com.example.other';
    for (const version of ['0.1.0', '0.2.0']) await plugins.add(aVersion({ id: other, version }));
    await plugins.approve(other, ['network:outbound:api.example.com', 'data:write:persons']);
    await plugins.activate(other, { version: '0.1.0', name: 'x' });
    await trials.begin(id, '0.2.0', share);
    await trials.begin(other, '0.2.0', share);
    const looked: string[] = [];
    const tallyOf = plugins.canaryTally.bind(plugins);
    plugins.canaryTally = (pluginId) => {
      looked.push(pluginId);
      return pluginId === id ? Promise.reject(new Error('a fault')) : tallyOf(pluginId);
    };
    await parts.canaries.lookAtAll();
    expect(looked).toEqual([id, other]);
  });
});
