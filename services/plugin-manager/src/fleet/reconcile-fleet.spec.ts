import { MemoryFleetDriver } from '../../test/platform/memory-fleet-driver.ts';
import { MemoryLogger } from '../../test/platform/memory-parts.ts';
import type { RunnerSet } from './fleet-driver.ts';
import { ReconcileFleet } from './reconcile-fleet.ts';

const id = 'com.example.a';

function aSet(changes: Partial<RunnerSet> = {}): RunnerSet {
  const set = { pluginId: id, version: '0.1.0', lane: 'stable', fingerprint: 'f' } as const;
  return { ...set, replicas: 1, concurrency: 4, isolateMb: 64, ...changes };
}

function setUp() {
  const driver = new MemoryFleetDriver();
  const state: { desired: RunnerSet[] } = { desired: [aSet()] };
  const crashed: string[] = [];
  const fleet = new ReconcileFleet({
    driver,
    desiredSets: () => Promise.resolve(state.desired),
    onCrashed: ({ version }, reason) => {
      crashed.push(`${version}: ${reason}`);
      return Promise.resolve();
    },
    logger: new MemoryLogger(),
  });
  const reconcile = () => fleet.reconcile(id);
  return { driver, state, crashed, reconcile };
}

describe('ReconcileFleet', () => {
  it('has the driver bring every set to its form', async () => {
    const { driver, state, reconcile } = setUp();
    state.desired = [aSet(), aSet({ version: '0.2.0', lane: 'canary' })];
    await reconcile();
    expect(driver.applied).toEqual(state.desired);
    expect(driver.versions).toEqual(['0.1.0', '0.2.0']);
  });

  it('removes what nobody wants any more, and leaves other plugins alone', async () => {
    const { driver, state, reconcile } = setUp();
    await reconcile();
    await driver.apply(aSet({ pluginId: 'com.example.b', version: '9.0.0' }));
    state.desired = [];
    await reconcile();
    expect(driver.versions).toEqual(['9.0.0']);
  });

  it('ends the version of before at once, when the next one is on its way', async () => {
    const { driver, state, reconcile } = setUp();
    await reconcile();
    state.desired = [aSet({ version: '0.2.0' }), aSet({ version: '0.3.0', lane: 'canary' })];
    await reconcile();
    expect(driver.versions).toEqual(['0.2.0', '0.3.0']);
  });

  it('says once that a set is held back, and once more when it was well again', async () => {
    const { driver, crashed, reconcile } = setUp();
    await reconcile();
    const fall = async () => {
      driver.become('0.1.0', { isBroken: true, crashes: 6, fault: 'exit code 1' });
      await reconcile();
      await reconcile();
    };
    await fall();
    expect(crashed).toEqual(['0.1.0: exit code 1']);
    await driver.reset({ pluginId: id, version: '0.1.0' });
    await reconcile();
    await fall();
    expect(crashed).toHaveLength(2);
  });
});
