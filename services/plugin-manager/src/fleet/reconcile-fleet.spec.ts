import { MemoryLogger, MemoryRunnerDriver } from '../../test/platform/memory-parts.ts';
import type { NeededRunner } from './desired-runner.ts';
import { ReconcileFleet } from './reconcile-fleet.ts';

const id = 'com.example.a';
const wanted = { pluginId: id, version: '0.1.0', fingerprint: 'f', isIdle: false };
const hourMs = 3_600_000;

function setUp() {
  const driver = new MemoryRunnerDriver();
  const state: { desired: NeededRunner | undefined; nowMs: number } = {
    desired: wanted,
    nowMs: 1_000_000,
  };
  const crashed: string[] = [];
  const exits: string[] = [];
  const fleet = new ReconcileFleet({
    driver,
    desired: () => Promise.resolve(state.desired),
    onExit: (pluginId) => exits.push(pluginId),
    onCrashed: (_, reason) => {
      crashed.push(reason);
      return Promise.resolve();
    },
    logger: new MemoryLogger(),
    now: () => state.nowMs,
  });
  return { driver, state, crashed, exits, fleet };
}

describe('ReconcileFleet', () => {
  it('starts what should run, once, and looks again before its credentials end', async () => {
    const { driver, fleet: reconciler } = setUp();
    expect(await reconciler.reconcile(id)).toEqual({ againInMs: 20 * hourMs });
    await reconciler.reconcile(id);
    expect(driver.started).toHaveLength(1);
    expect(reconciler.view()).toMatchObject([
      { plugin_id: id, version: '0.1.0', state: 'running', pid: 1, crashes: 0 },
    ]);
  });

  it('stops what should not run any more', async () => {
    const { driver, state, fleet: reconciler } = setUp();
    await reconciler.reconcile(id);
    state.desired = undefined;
    expect(await reconciler.reconcile(id)).toEqual({});
    expect(driver.last.isStopped).toBe(true);
    expect(reconciler.view()).toEqual([]);
  });

  it('ends what has no work, and starts it with the next', async () => {
    const { driver, state, fleet: reconciler } = setUp();
    await reconciler.reconcile(id);
    state.desired = { ...wanted, isIdle: true };
    for (const time of [1, 2]) expect([time, await reconciler.reconcile(id)]).toEqual([time, {}]);
    expect(driver.last.isStopped).toBe(true);
    expect(reconciler.view()).toMatchObject([{ state: 'idle', pid: null, crashes: 0 }]);
    state.desired = { ...wanted, isIdle: true, fingerprint: 'g' };
    await reconciler.reconcile(id);
    expect(driver.started).toHaveLength(1);
    state.desired = { ...wanted, fingerprint: 'g' };
    await reconciler.reconcile(id);
    expect(driver.started).toHaveLength(2);
    expect(reconciler.view()).toMatchObject([{ state: 'running' }]);
  });

  it('replaces what should run otherwise, without the crashes of before', async () => {
    const { driver, state, fleet: reconciler } = setUp();
    await reconciler.reconcile(id);
    driver.last.end('SIGKILL');
    await reconciler.reconcile(id);
    state.desired = { ...wanted, version: '0.2.0', fingerprint: 'g' };
    await reconciler.reconcile(id);
    expect(driver.last.desired.version).toBe('0.2.0');
    expect(reconciler.view()).toMatchObject([{ state: 'running', crashes: 0 }]);
  });

  it('starts anew, after a pause, what ended by itself', async () => {
    const { driver, state, exits, fleet: reconciler } = setUp();
    await reconciler.reconcile(id);
    driver.last.end('exit code 1');
    await driver.last.exit;
    expect(exits).toEqual([id]);
    expect(await reconciler.reconcile(id)).toEqual({ againInMs: 500 });
    expect(driver.started).toHaveLength(1);
    expect(reconciler.view()).toMatchObject([
      { state: 'waiting', crashes: 1, last_fault: 'exit code 1' },
    ]);
    state.nowMs += 500;
    await reconciler.reconcile(id);
    expect(driver.started).toHaveLength(2);
  });

  it('holds back what ends again and again, says so once, and starts it when it is reset', async () => {
    const { driver, state, crashed, fleet: reconciler } = setUp();
    await reconciler.reconcile(id);
    for (let count = 0; count < 6; count++) {
      driver.last.end('exit code 1');
      await reconciler.reconcile(id);
      state.nowMs += 30_000;
      await reconciler.reconcile(id);
    }
    await reconciler.reconcile(id);
    expect(crashed).toEqual(['exit code 1']);
    expect(driver.started).toHaveLength(6);
    expect(reconciler.view()).toMatchObject([{ state: 'crashed', pid: null }]);
    expect(reconciler.reset(id)).toBe(true);
    await reconciler.reconcile(id);
    expect(driver.started).toHaveLength(7);
    expect(reconciler.reset('com.example.none')).toBe(false);
  });

  it('tries again what could not be started, and blames nobody', async () => {
    const { driver, fleet: reconciler } = setUp();
    driver.failure = new Error('the wallet is away');
    expect(await reconciler.reconcile(id)).toEqual({ againInMs: 2000 });
    expect(reconciler.view()).toMatchObject([
      { state: 'waiting', crashes: 0, last_fault: 'the wallet is away' },
    ]);
    driver.failure = undefined;
    await reconciler.reconcile(id);
    expect(reconciler.view()).toMatchObject([{ state: 'running' }]);
  });

  it('replaces a runner before its credentials end', async () => {
    const { driver, state, fleet: reconciler } = setUp();
    await reconciler.reconcile(id);
    const [first] = driver.started;
    state.nowMs += 20 * hourMs;
    await reconciler.reconcile(id);
    expect(first?.isStopped).toBe(true);
    expect(driver.started).toHaveLength(2);
    expect(reconciler.view()).toMatchObject([{ state: 'running', crashes: 0 }]);
  });

  it('ends every runner when it stops', async () => {
    const { driver, fleet: reconciler } = setUp();
    await reconciler.reconcile(id);
    await reconciler.stop();
    expect(driver.last.isStopped).toBe(true);
  });
});
