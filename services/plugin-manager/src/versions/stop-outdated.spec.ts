import { aConnection } from '../../test/contracts/connection-store.contract.ts';
import { aVersion } from '../../test/contracts/plugin-store.contract.ts';
import { aManifest } from '../../test/contracts/seed-plugin.ts';
import { memoryParts } from '../../test/platform/memory-parts.ts';
import { stopOutdated } from './stop-outdated.ts';

const id = 'com.example.my-connector';
const newest = { limit: 9, after: undefined };

describe('stopOutdated', () => {
  it('notes once what this platform does not run, and once what it runs again', async () => {
    const parts = memoryParts();
    const { plugins, audit } = parts;
    const actions = async () => (await audit.list(newest)).data.map(({ action }) => action);
    await plugins.add({ ...aVersion(), manifestText: aManifest({ apiVersion: 99 }), digest: 'x' });
    await stopOutdated(parts);
    expect(await actions()).toEqual([]);
    await plugins.activate(id, { version: '0.1.0', name: 'x' });
    await stopOutdated(parts);
    await stopOutdated(parts);
    expect((await audit.list(newest)).data).toMatchObject([
      {
        who: 'system',
        action: 'plugin.stop',
        target: `${id} 0.1.0`,
        outcome: expect.stringContaining('update the platform') as unknown,
      },
    ]);
    await plugins.activate(id, undefined);
    await stopOutdated(parts);
    expect(await actions()).toEqual(['plugin.stop']);
    await plugins.setStopped(id, true);
    await stopOutdated(parts);
    expect(await actions()).toEqual(['plugin.go_on', 'plugin.stop']);
  });

  it('tells each time of the connections that stop, as another replica may have told otherwise', async () => {
    const parts = memoryParts();
    const { plugins, connections } = parts;
    await plugins.add({ ...aVersion(), manifestText: aManifest({ apiVersion: 99 }), digest: 'x' });
    await plugins.activate(id, { version: '0.1.0', name: 'x' });
    await connections.add(aConnection());
    const told = connections.announced.length;
    await stopOutdated(parts);
    await stopOutdated(parts);
    // The memory store announces behind the change.
    await new Promise(setImmediate);
    expect(connections.announced.slice(told).map(({ generation }) => generation)).toEqual([2, 3]);
  });
});
