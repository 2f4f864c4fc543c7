import { aVersion } from '../../test/contracts/plugin-store.contract.ts';
import { aManifest } from '../../test/contracts/seed-plugin.ts';
import { memoryParts } from '../../test/platform/memory-parts.ts';
import {
  activateVersion,
  approveVersion,
  disablePlugin,
  referenceVersion,
  removeVersion,
  revokePermissions,
  rollBack,
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

  it('activates none that was made for another version of the plugin API', async () => {
    const { plugins } = await setUp();
    await plugins.add({ ...aVersion(), manifestText: aManifest({ apiVersion: 99 }), digest: 'x' });
    await plugins.approve(id, permissions);
    await expect(activateVersion(plugins, id, '0.1.0')).rejects.toMatchObject({
      status: 409,
      code: 'plugin.api_version.conflict',
      message: expect.stringContaining('update the platform') as unknown,
    });
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

describe('rollBack', () => {
  it('goes back to what was active before, and says when there is nothing', async () => {
    const { plugins } = await setUp();
    await plugins.approve(id, permissions);
    const nothing = { code: 'plugin.no_rollback.conflict', status: 409 };
    await expect(rollBack(plugins, id)).rejects.toMatchObject(nothing);
    await plugins.add(aVersion({ version: '0.2.0' }));
    for (const version of ['0.1.0', '0.2.0']) await activateVersion(plugins, id, version);
    expect((await rollBack(plugins, id)).plugin.activeVersion).toBe('0.1.0');
    await expect(rollBack(plugins, id)).rejects.toThrow('no version');
  });

  it('goes back to none whose permissions were taken back', async () => {
    const { plugins } = await setUp();
    await plugins.approve(id, permissions);
    await plugins.add(aVersion({ version: '0.2.0', permissions: ['data:write:persons'] }));
    for (const version of ['0.1.0', '0.2.0']) await activateVersion(plugins, id, version);
    await plugins.revoke(id, ['network:outbound:api.example.com']);
    await expect(rollBack(plugins, id)).rejects.toMatchObject({
      code: 'plugin.awaiting_approval.conflict',
    });
  });
});

describe('removeVersion', () => {
  it('removes what nothing needs, and says why another one stays', async () => {
    const { plugins } = await setUp();
    await plugins.approve(id, permissions);
    await expect(removeVersion(plugins, id, '0.1.0')).rejects.toThrow('the only one');
    await plugins.add(aVersion({ version: '0.2.0' }));
    await activateVersion(plugins, id, '0.2.0');
    await expect(removeVersion(plugins, id, '0.2.0')).rejects.toMatchObject({
      code: 'plugin.version_in_use.conflict',
      message: expect.stringContaining('is active') as unknown,
    });
    await removeVersion(plugins, id, '0.1.0');
    await expect(removeVersion(plugins, id, '0.1.0')).rejects.toMatchObject({ status: 404 });
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
