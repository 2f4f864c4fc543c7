import { aConnection } from '../../test/contracts/connection-store.contract.ts';
import { aVersion } from '../../test/contracts/plugin-store.contract.ts';
import { memoryParts } from '../../test/platform/memory-parts.ts';

const id = 'com.example.my-connector';

async function setUp() {
  const parts = memoryParts();
  await parts.plugins.add(aVersion());
  await parts.plugins.activate(id, { version: '0.1.0', name: 'My Connector' });
  await parts.connections.add(aConnection());
  const config = { revision: 1, fields: ['apiKey'], gaps: [], hasToken: false };
  await parts.connections.change('c1', { config });
  return parts;
}

/** The runners of a fleet that has come to rest. */
async function settled({ fleet, launcher }: Awaited<ReturnType<typeof setUp>>) {
  fleet.kick(id);
  await new Promise((resolve) => setImmediate(resolve));
  return launcher.running;
}

describe('Fleet', () => {
  it('runs what is stored as active, and ends it with itself', async () => {
    const parts = await setUp();
    const [runner] = await settled(parts);
    expect(runner?.form).toMatchObject({ pluginId: id, version: '0.1.0' });
    expect(await parts.fleet.view()).toMatchObject([{ plugin_id: id, state: 'running' }]);
    await parts.fleet.stop();
    expect(runner?.isStopped).toBe(true);
  });

  it('ends the runner of a plugin that is disabled, not of one whose connection is paused', async () => {
    const parts = await setUp();
    expect(await settled(parts)).toHaveLength(1);
    await parts.connections.change('c1', { isPaused: true });
    expect(await settled(parts)).toHaveLength(1);
    await parts.plugins.activate(id, undefined);
    expect(await settled(parts)).toHaveLength(0);
    await parts.fleet.stop();
  });

  it('leaves the runners to another manager while that one keeps them', async () => {
    const parts = await setUp();
    parts.lease.become(false);
    parts.fleet.start();
    expect(await settled(parts)).toHaveLength(0);
    parts.lease.become(true);
    await new Promise((resolve) => setImmediate(resolve));
    expect(parts.launcher.running).toHaveLength(1);
    parts.lease.become(false);
    await parts.plugins.activate(id, undefined);
    expect(await settled(parts)).toHaveLength(1);
    await parts.fleet.stop();
  });

  it('knows nothing of a plugin that never had a runner', async () => {
    const { fleet } = await setUp();
    expect(await fleet.reset('com.example.none')).toBe(false);
    await fleet.stop();
  });
});
