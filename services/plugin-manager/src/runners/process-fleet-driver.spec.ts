import { MemoryLogger, MemoryRunnerLauncher } from '../../test/platform/memory-parts.ts';
import type { RunnerSet } from '../fleet/fleet-driver.ts';
import { ProcessFleetDriver } from './process-fleet-driver.ts';

const id = 'com.example.a';
const key = { pluginId: id, version: '0.1.0' };
const hourMs = 3_600_000;

function aSet(changes: Partial<RunnerSet> = {}): RunnerSet {
  const form = { ...key, lane: 'stable', fingerprint: 'f' } as const;
  return { ...form, replicas: 1, concurrency: 4, isolateMb: 64, ...changes };
}

async function setUp() {
  const launcher = new MemoryRunnerLauncher();
  const clock = { nowMs: 1_000_000 };
  const driver = new ProcessFleetDriver(launcher, new MemoryLogger(), () => clock.nowMs);
  const changes: string[] = [];
  await driver.start((pluginId) => changes.push(pluginId));
  const status = () => driver.list()[0];
  return { launcher, clock, driver, changes, status };
}

const soon = () => new Promise((resolve) => setImmediate(resolve));

describe('ProcessFleetDriver', () => {
  let parts: Awaited<ReturnType<typeof setUp>>;

  beforeEach(async () => {
    parts = await setUp();
  });
  afterEach(() => parts.driver.stop());

  it('starts as many runners as are wanted, once, and tells when they take work', async () => {
    const { driver, launcher, changes, status } = parts;
    launcher.areReady = false;
    await driver.apply(aSet({ replicas: 2 }));
    await driver.apply(aSet({ replicas: 2 }));
    expect(launcher.launched).toHaveLength(2);
    expect(status()).toMatchObject({ ...key, wanted: 2, present: 2, ready: 0 });
    changes.length = 0;
    launcher.last.begin();
    await soon();
    expect(changes).toEqual([id]);
    expect(status()).toMatchObject({ ready: 1, startedAt: new Date(1_000_000) });
  });

  it('ends those first that take no work, then the youngest', async () => {
    const { driver, launcher, clock, status } = parts;
    await driver.apply(aSet());
    clock.nowMs += 1000;
    await driver.apply(aSet({ replicas: 2 }));
    launcher.areReady = false;
    await driver.apply(aSet({ replicas: 3 }));
    await soon();
    const [first, second, third] = launcher.launched;
    await driver.apply(aSet({ replicas: 2 }));
    expect([second?.isStopped, third?.isStopped]).toEqual([false, true]);
    await driver.apply(aSet({ replicas: 1 }));
    expect([first?.isStopped, second?.isStopped]).toEqual([false, true]);
    await driver.apply(aSet({ replicas: 0 }));
    expect(first?.isStopped).toBe(true);
    await soon();
    expect(status()).toMatchObject({ wanted: 0, present: 0, crashes: 0, fault: undefined });
  });

  it('waits for no runner that still has something in hand', async () => {
    const { driver, launcher, status } = parts;
    await driver.apply(aSet());
    launcher.last.isDeaf = true;
    await driver.apply(aSet({ fingerprint: 'g' }));
    const [first, second] = launcher.launched;
    expect(first?.isStopped).toBe(true);
    expect(second?.form.fingerprint).toBe('g');
    expect(status()).toMatchObject({ present: 1 });
    first?.end('exit code 0');
    await soon();
    expect(status()).toMatchObject({ present: 1, crashes: 0 });
  });

  it.each<[string, Partial<RunnerSet>]>([
    ['grants', { fingerprint: 'g' }],
    ['lane', { lane: 'canary' }],
    ['concurrency', { concurrency: 1 }],
  ])('replaces runners of other %s, without the crashes of before', async (_, change) => {
    const { driver, launcher, clock, status } = parts;
    await driver.apply(aSet());
    launcher.last.end('SIGKILL');
    await soon();
    clock.nowMs += 500;
    await driver.apply(aSet());
    await driver.apply(aSet(change));
    expect(launcher.launched.map(({ isStopped }) => isStopped)).toEqual([false, true, false]);
    expect(launcher.last.form).toMatchObject(change);
    expect(status()).toMatchObject({ crashes: 0, fault: undefined, present: 1 });
  });

  it('starts anew, after a pause, what ended by itself', async () => {
    const { driver, launcher, clock, changes, status } = parts;
    await driver.apply(aSet());
    changes.length = 0;
    launcher.last.end('exit code 1');
    await soon();
    expect(changes).toContain(id);
    expect(status()).toMatchObject({ present: 0, crashes: 1, fault: 'exit code 1' });
    await driver.apply(aSet());
    expect(launcher.launched).toHaveLength(1);
    clock.nowMs += 500;
    await driver.apply(aSet());
    expect(launcher.launched).toHaveLength(2);
  });

  it('counts once what ends together', async () => {
    const { driver, launcher, status } = parts;
    await driver.apply(aSet({ replicas: 6 }));
    for (const runner of launcher.launched) runner.end('SIGKILL');
    await soon();
    expect(status()).toMatchObject({ present: 0, crashes: 1, isBroken: false });
  });

  it('holds back what ends again and again, until it is reset', async () => {
    const { driver, launcher, clock, status } = parts;
    await driver.apply(aSet());
    for (let count = 0; count < 6; count++) {
      launcher.last.end('exit code 1');
      await soon();
      clock.nowMs += 30_000;
      await driver.apply(aSet());
    }
    expect(launcher.launched).toHaveLength(6);
    expect(status()).toMatchObject({ isBroken: true, crashes: 6, present: 0 });
    await driver.reset(key);
    expect(launcher.launched).toHaveLength(7);
    expect(status()).toMatchObject({ isBroken: false, crashes: 0, present: 1 });
  });

  it('tries again what could not be started, and blames nobody', async () => {
    const { driver, launcher, changes, status } = parts;
    launcher.failure = new Error('the wallet is away');
    await driver.apply(aSet());
    expect(changes).toEqual([id]);
    expect(status()).toMatchObject({ present: 0, crashes: 0, fault: 'the wallet is away' });
    launcher.failure = undefined;
    await driver.apply(aSet());
    expect(status()).toMatchObject({ present: 1, fault: undefined });
  });

  it('replaces a runner before its credentials end', async () => {
    const { driver, launcher, clock } = parts;
    await driver.apply(aSet());
    clock.nowMs += 20 * hourMs;
    await driver.apply(aSet());
    expect(launcher.launched.map(({ isStopped }) => isStopped)).toEqual([true, false]);
  });

  it('forgets a set that is removed, and waits for its runners at its own end', async () => {
    const { driver, launcher } = parts;
    await driver.apply(aSet());
    launcher.last.isDeaf = true;
    await driver.remove(key);
    await driver.remove({ ...key, version: '9.9.9' });
    expect(driver.list()).toEqual([]);
    await soon();
    expect(launcher.last.isStopped).toBe(true);
    let isOver = false;
    const stopped = driver.stop().then(() => (isOver = true));
    await soon();
    expect(isOver).toBe(false);
    launcher.last.end('exit code 0');
    await stopped;
  });

  it('ends every runner when it stops', async () => {
    const { driver, launcher } = parts;
    await driver.apply(aSet({ replicas: 2 }));
    await driver.stop();
    expect(launcher.running).toEqual([]);
  });
});
