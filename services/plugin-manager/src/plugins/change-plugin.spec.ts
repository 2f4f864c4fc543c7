import { aConnection } from '../../test/contracts/connection-store.contract.ts';
import { aVersion } from '../../test/contracts/plugin-store.contract.ts';
import { memoryParts } from '../../test/memory-parts.ts';
import {
  activateVersion,
  approveVersion,
  disablePlugin,
  referenceVersion,
  removePlugin,
  revokePermissions,
} from './change-plugin.ts';
import { grantsOf, versionView } from './plugin.ts';

const id = 'com.example.my-connector';
const first = { id, version: '0.1.0' };
const permissions = ['network:outbound:api.example.com', 'data:write:persons'];

async function setUp() {
  const parts = memoryParts();
  await parts.plugins.add(aVersion());
  return parts;
}

describe('approveVersion', () => {
  it('adds up until the version has what it asks for', async () => {
    const { plugins } = await setUp();
    const half = await approveVersion(plugins, first, permissions.slice(0, 1));
    expect(versionView(half.plugin, half.version)).toMatchObject({
      state: 'awaiting_approval',
      permissions_added: ['data:write:persons'],
    });
    const whole = await approveVersion(plugins, first, permissions);
    expect(versionView(whole.plugin, whole.version)).toMatchObject({
      state: 'inactive',
      permissions_added: [],
    });
  });

  it('approves nothing unseen', async () => {
    const { plugins } = await setUp();
    await expect(
      approveVersion(plugins, first, [...permissions, 'data:read:messages']),
    ).rejects.toMatchObject({ status: 422, code: 'plugin.permissions' });
    expect((await plugins.plugin(id))?.approved).toEqual([]);
  });
});

describe('a version that was pushed anew', () => {
  it('is approved by nobody who looked at the one before', async () => {
    const { plugins } = await setUp();
    const { digest } = aVersion();
    await plugins.add(aVersion({}, 'var other;'));
    await expect(approveVersion(plugins, { ...first, digest }, permissions)).rejects.toMatchObject({
      status: 409,
      code: 'plugin.version_replaced.conflict',
    });
    expect((await plugins.plugin(id))?.approved).toEqual([]);
  });

  it('takes the place of none that was approved or activated', async () => {
    const { plugins } = await setUp();
    await approveVersion(plugins, first, []);
    expect(await plugins.add(aVersion({}, 'var other;'))).toBe(false);
    await plugins.add(aVersion({ version: '0.2.0', permissions: [] }));
    await activateVersion(plugins, id, '0.2.0');
    expect(await plugins.add(aVersion({ version: '0.2.0' }, 'var other;'))).toBe(false);
  });
});

describe('revokePermissions', () => {
  it('takes a grant from what runs, and from what comes later', async () => {
    const { plugins } = await setUp();
    await approveVersion(plugins, first, permissions);
    const { version } = await activateVersion(plugins, id, '0.1.0');
    const plugin = await revokePermissions(plugins, id, ['network:outbound:api.example.com']);
    expect(grantsOf(plugin, version)).toEqual(['data:write:persons']);
    await plugins.add(aVersion({ version: '0.2.0' }));
    await expect(activateVersion(plugins, id, '0.2.0')).rejects.toMatchObject({ status: 409 });
  });

  it('says what was not approved, and then changes nothing', async () => {
    const { plugins } = await setUp();
    await approveVersion(plugins, first, permissions);
    await expect(
      revokePermissions(plugins, id, ['data:write:persons', 'network:outbound:api.example.org']),
    ).rejects.toThrow(/no approval of network:outbound:api.example.org/u);
    expect((await plugins.plugin(id))?.approved).toHaveLength(2);
  });
});

describe('activateVersion', () => {
  it('activates what is approved, and an older one again', async () => {
    const { plugins } = await setUp();
    await expect(activateVersion(plugins, id, '0.1.0')).rejects.toMatchObject({
      status: 409,
      members: { permissions_added: permissions },
    });
    await approveVersion(plugins, first, permissions);
    await plugins.add(aVersion({ version: '0.2.0', permissions: ['data:write:persons'] }));
    const { plugin, version } = await activateVersion(plugins, id, '0.2.0');
    // What an older version was granted is no grant of this one.
    expect(grantsOf(plugin, version)).toEqual(['data:write:persons']);
    expect((await activateVersion(plugins, id, '0.1.0')).plugin.activeVersion).toBe('0.1.0');
  });

  it('knows no version that was not pushed', async () => {
    const { plugins } = await setUp();
    for (const [plugin, version] of [
      [id, '9.9.9'],
      ['com.example.none', '0.1.0'],
    ] as const)
      await expect(activateVersion(plugins, plugin, version)).rejects.toMatchObject({
        status: 404,
      });
  });
});

describe('removePlugin', () => {
  it('names the connections that still use it', async () => {
    const { plugins, connections } = await setUp();
    for (let n = 1; n <= 25; n++)
      await connections.add(aConnection({ id: `c${String(n).padStart(2, '0')}` }));
    const refused = await removePlugin(plugins, connections, id).catch((error: unknown) => error);
    expect(refused).toMatchObject({
      status: 409,
      message: expect.stringContaining('more than 20 connections') as unknown,
    });
    expect(refused).toHaveProperty('members.connections.length', 20);
    for (let n = 1; n <= 25; n++) await connections.remove(`c${String(n).padStart(2, '0')}`);
    await removePlugin(plugins, connections, id);
    expect(await plugins.plugin(id)).toBeUndefined();
  });
});

describe('referenceVersion', () => {
  it('is the active one, or the newest while none is active', async () => {
    const { plugins } = await setUp();
    await approveVersion(plugins, first, permissions);
    await activateVersion(plugins, id, '0.1.0');
    await plugins.add(aVersion({ version: '0.2.0' }));
    const reference = async () => {
      const plugin = await plugins.plugin(id);
      return plugin && (await referenceVersion(plugins, plugin))?.version;
    };
    expect(await reference()).toBe('0.1.0');
    await disablePlugin(plugins, id);
    expect(await reference()).toBe('0.2.0');
  });
});
