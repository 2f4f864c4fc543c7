import type { MessageInitShape } from '@bufbuild/protobuf';
import type { ConnectionChangedSchema } from '@made-open/contracts';
import type { ConnectionStore, NewConnection } from '../../src/connections/connection-store.ts';
import type { PluginStore } from '../../src/plugins/plugin-store.ts';
import { aCanary } from './canaries.contract.ts';
import { aVersion } from './plugin-store.contract.ts';

interface Subject {
  readonly plugins: PluginStore;
  readonly connections: ConnectionStore;
  announced(): Promise<readonly MessageInitShape<typeof ConnectionChangedSchema>[]>;
}

const pluginId = 'com.example.my-connector';
const stored = { revision: 1, fields: ['apiKey'], gaps: [], hasToken: false };

/** Part of what every ConnectionStore does: others hear which version is tried out. */
export function announcesCanaries(subject: () => Subject, connection: NewConnection): void {
  it('announces the version that is tried out, with all that it may do', async () => {
    await subject().plugins.add(
      aVersion({ version: '0.2.0', permissions: ['data:write:messages'] }),
    );
    await activate(subject().plugins);
    await subject().plugins.approve(pluginId, ['data:write:messages']);
    for (const id of ['c1', 'c2']) {
      await subject().connections.add({ ...connection, id });
      await subject().connections.change(id, { config: stored });
    }
    await subject().plugins.startCanary(pluginId, aCanary({ firstConnection: 'c2' }));
    const newest = async (id: string) => {
      await subject().connections.change(id, {});
      return (await subject().announced()).findLast(({ connectionId }) => connectionId === id);
    };
    expect(await newest('c1')).toMatchObject({
      pluginVersion: '0.1.0',
      canary: { version: '0.2.0', percent: 10, isFirst: false },
      grants: expect.arrayContaining(['data:write:messages', 'data:write:persons']) as unknown,
    });
    expect(await newest('c2')).toMatchObject({ canary: { isFirst: true } });
    const code = 'canary.withdrawn' as const;
    const end = { version: '0.2.0', outcome: 'withdrawn', code, reason: '' } as const;
    await subject().plugins.endCanary(pluginId, end);
    expect((await newest('c1'))?.canary).toBeUndefined();
  });

  it('gives no share to a version whose config a connection lacks', async () => {
    const needsMore = { type: 'object', required: ['apiKey', 'folder'] };
    await subject().plugins.add(aVersion({ version: '0.2.0', configSchema: needsMore }));
    await activate(subject().plugins);
    await subject().connections.add(connection);
    await subject().connections.change('c1', { config: stored });
    await subject().plugins.startCanary(pluginId, aCanary());
    await subject().connections.change('c1', {});
    expect((await subject().announced()).at(-1)?.canary).toBeUndefined();
  });
}

async function activate(plugins: PluginStore): Promise<void> {
  await plugins.approve(pluginId, ['network:outbound:api.example.com', 'data:write:persons']);
  await plugins.activate(pluginId, { version: '0.1.0', name: 'My Connector' });
}
