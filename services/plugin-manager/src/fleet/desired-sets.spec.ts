import { aCanary } from '../../test/contracts/canaries.contract.ts';
import { aConnection } from '../../test/contracts/connection-store.contract.ts';
import { aVersion } from '../../test/contracts/plugin-store.contract.ts';
import { MemoryFleetDriver } from '../../test/platform/memory-fleet-driver.ts';
import { memoryParts } from '../../test/platform/memory-parts.ts';
import { Scaler } from '../scaling/scaler.ts';
import { DesiredSets } from './desired-sets.ts';

const id = 'com.example.my-connector';
const scaling = { max: 5, concurrency: 2, targetWaitSeconds: 10 };
const nothing = { min: undefined, max: undefined, replicas: undefined };

describe('DesiredSets', () => {
  let parts: ReturnType<typeof memoryParts>;
  let driver: MemoryFleetDriver;
  let desired: DesiredSets;

  beforeEach(async () => {
    parts = memoryParts();
    driver = new MemoryFleetDriver();
    const { queues, scaling: store, limits, logger, plugins } = parts;
    const scaler = new Scaler({ queues, store, limits, logger, dueInSeconds: () => undefined });
    desired = new DesiredSets(driver, scaler, parts);
    for (const version of ['0.1.0', '0.2.0']) await plugins.add(aVersion({ version, scaling }));
    await activate('0.1.0');
    await parts.connections.add(aConnection());
    const config = { revision: 1, fields: ['apiKey'], gaps: [], hasToken: false };
    await parts.connections.change('c1', { config });
  });

  const activate = (version: string) => parts.plugins.activate(id, { version, name: 'x' });
  const tryOut = () => parts.plugins.startCanary(id, aCanary());
  /** Replicas by version, as they then are. */
  async function carriedOut(): Promise<Record<string, number>> {
    const sets = await desired.of(id);
    const versions = new Set(sets.map(({ version }) => version));
    for (const set of driver.list()) if (!versions.has(set.version)) await driver.remove(set);
    for (const set of sets) await driver.apply(set);
    return Object.fromEntries(sets.map(({ version, replicas }) => [version, replicas]));
  }

  it('have as many runners of a version that is tried out as its own work needs', async () => {
    await tryOut();
    expect(await carriedOut()).toEqual({ '0.1.0': 1, '0.2.0': 1 });
    const oldestAt = new Date(Date.now() - 60_000);
    parts.queues.tried.set(id, { waiting: 5, inHand: 2, oldestAt });
    expect(await carriedOut()).toEqual({ '0.1.0': 1, '0.2.0': 4 });
    parts.queues.tried.set(id, { waiting: 50, inHand: 2, oldestAt });
    expect(await carriedOut()).toEqual({ '0.1.0': 1, '0.2.0': 5 });
    // What the operator reads is how many the active version has, and why.
    expect(await parts.scaling.entries(id)).toMatchObject([{ to: 1 }]);
  });

  it('have no runners while an operator holds the plugin back, whatever is tried out', async () => {
    await tryOut();
    await parts.scaling.setOverride(id, { ...nothing, replicas: 0 });
    expect(await carriedOut()).toEqual({ '0.1.0': 0, '0.2.0': 0 });
    await parts.scaling.setOverride(id, { ...nothing, replicas: 3 });
    expect(await carriedOut()).toEqual({ '0.1.0': 3, '0.2.0': 1 });
    driver.become('0.1.0', { pinned: 0 });
    expect(await carriedOut()).toEqual({ '0.1.0': 0, '0.2.0': 0 });
  });

  it('keep a number that was set where the version before ran', async () => {
    await carriedOut();
    driver.become('0.1.0', { pinned: 0 });
    await activate('0.2.0');
    expect(await carriedOut()).toEqual({ '0.2.0': 0 });
    expect(await carriedOut()).toEqual({ '0.2.0': 0 });
    expect(await parts.scaling.override(id)).toEqual({ ...nothing, replicas: 0, revision: 1 });
    const { data } = await parts.audit.list({ limit: 1, after: undefined });
    expect(data).toMatchObject([{ who: 'system', action: 'scaling.keep', target: id }]);
    await parts.scaling.setOverride(id, nothing);
    expect(await carriedOut()).toEqual({ '0.2.0': 1 });
  });

  it('are never more than the platform allows, whoever asks for it', async () => {
    await carriedOut();
    driver.become('0.1.0', { pinned: 9999 });
    expect(await carriedOut()).toEqual({ '0.1.0': 10 });
    await activate('0.2.0');
    expect(await carriedOut()).toEqual({ '0.2.0': 10 });
  });
});
