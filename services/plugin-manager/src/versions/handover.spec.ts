import { aConnection } from '../../test/contracts/connection-store.contract.ts';
import { aVersion } from '../../test/contracts/plugin-store.contract.ts';
import { memoryParts } from '../../test/platform/memory-parts.ts';
import { ActivateVersion } from './activate-version.ts';

const id = 'com.example.my-connector';
const asked: object[] = [];

/** A plugin with a connection that works. */
async function setUp(changes: Record<string, unknown>, unreadable: readonly string[] = []) {
  const { plugins, connections, vault, profile } = memoryParts();
  const runs = {
    unreadableCheckpoints: (_: string, versions: object) => {
      asked.push(versions);
      return Promise.resolve({ ids: unreadable, total: unreadable.length });
    },
  };
  asked.length = 0;
  await plugins.add(aVersion());
  await plugins.add(aVersion({ version: '0.2.0', ...changes }));
  await plugins.approve(id, ['network:outbound:api.example.com', 'data:write:persons']);
  const activations = new ActivateVersion({ plugins, connections, vault, runs, profile });
  await activations.activate(id, '0.1.0', { force: false });
  await connections.add(aConnection());
  const config = { revision: 1, fields: ['apiKey'], gaps: [], hasToken: false };
  await connections.change('c1', { config });
  return { activations, connections, plugins };
}

const needsFolder = {
  configSchema: {
    type: 'object',
    properties: { apiKey: { type: 'string' }, folder: { type: 'string' } },
    required: ['apiKey', 'folder'],
  },
};
const careful = { force: false };

describe('a version', () => {
  it('takes over when its connections have all that it needs', async () => {
    const { activations } = await setUp({});
    const { plugin } = await activations.activate(id, '0.2.0', careful);
    expect(plugin.activeVersion).toBe('0.2.0');
    expect(asked).toEqual([]);
  });

  it('is refused while a connection lacks config that it needs', async () => {
    const { activations, connections } = await setUp(needsFolder);
    await expect(activations.activate(id, '0.2.0', careful)).rejects.toMatchObject({
      status: 409,
      code: 'plugin.config_missing.conflict',
      members: { connections: [{ id: 'c1', missing: [expect.stringContaining('folder')] }] },
    });
    const fields = ['apiKey', 'folder'];
    const config = { revision: 2, fields, gaps: [], hasToken: false };
    await connections.change('c1', { config });
    const { plugin } = await activations.activate(id, '0.2.0', careful);
    expect(plugin.activeVersion).toBe('0.2.0');
  });

  it('that may not run at all is refused for that, and not for what connections lack', async () => {
    const permissions = ['network:outbound:api.example.com', 'data:write:messages'];
    const { activations } = await setUp({ ...needsFolder, permissions });
    await expect(activations.activate(id, '0.2.0', careful)).rejects.toMatchObject({
      status: 409,
      code: 'plugin.awaiting_approval.conflict',
    });
  });

  it('is refused while it cannot go on from what a connection saved', async () => {
    const { activations } = await setUp({ checkpointVersion: 2 }, ['c1']);
    await expect(activations.activate(id, '0.2.0', careful)).rejects.toMatchObject({
      status: 409,
      code: 'plugin.checkpoints_unreadable.conflict',
      message: expect.stringContaining('migrateCheckpoint') as unknown,
      members: { connections: [{ id: 'c1' }], total: 1 },
    });
    expect(asked).toEqual([{ oldest: 2, newest: 2 }]);
  });

  it('that migrates checkpoints is asked for by all versions that it reads', async () => {
    const { activations } = await setUp({ checkpointVersion: 3, migratesCheckpointsFrom: 1 });
    await activations.activate(id, '0.2.0', careful);
    expect(asked).toEqual([{ oldest: 1, newest: 3 }]);
  });

  it('is refused while a connection has only what the one before migrated', async () => {
    const { activations, plugins } = await setUp(
      { checkpointVersion: 2, migratesCheckpointsFrom: 1 },
      ['c1'],
    );
    await activations.activate(id, '0.2.0', { force: true });
    await plugins.add(aVersion({ version: '0.3.0', checkpointVersion: 2 }));
    await expect(activations.activate(id, '0.3.0', careful)).rejects.toMatchObject({
      code: 'plugin.checkpoints_unreadable.conflict',
    });
    expect(asked.at(-1)).toEqual({ oldest: 2, newest: 2 });
  });

  it('takes over all the same when somebody insists, and so does the one before', async () => {
    const { activations } = await setUp({ ...needsFolder, checkpointVersion: 2 }, ['c1']);
    await activations.activate(id, '0.2.0', { force: true });
    await expect(activations.rollBack(id, careful)).rejects.toMatchObject({ status: 409 });
    const { plugin } = await activations.rollBack(id, { force: true });
    expect(plugin.activeVersion).toBe('0.1.0');
  });
});
