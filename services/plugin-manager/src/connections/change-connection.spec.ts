import { aVersion } from '../../test/contracts/plugin-store.contract.ts';
import { memoryParts } from '../../test/platform/memory-parts.ts';
import { ChangeConnection } from './change-connection.ts';
import { stateOf } from './states/connection-state.ts';

const pluginId = 'com.example.my-connector';
const wanted = {
  plugin_id: pluginId,
  name: 'Mine',
  config: { apiKey: 'k' },
  schedule: '',
  time_zone: '',
  space_id: 'default',
};

function memoryManager() {
  const parts = memoryParts();
  const changes = new ChangeConnection(parts.plugins, parts.connections, parts.vault);
  return { ...parts, changes };
}

async function setUp() {
  const parts = memoryManager();
  await parts.plugins.add(aVersion());
  await parts.plugins.approve(pluginId, ['network:outbound:api.example.com', 'data:write:persons']);
  await parts.plugins.activate(pluginId, { version: '0.1.0', name: 'My Connector' });
  return parts;
}

describe('ChangeConnection', () => {
  it('makes a connection with its config in the vault', async () => {
    const { changes, vault } = await setUp();
    const made = await changes.create(wanted);
    expect(stateOf(made)).toBe('connecting');
    expect(vault.configs.get(made.connection.id)).toEqual({ apiKey: 'k' });
    expect(JSON.stringify(made.connection)).not.toContain('"k"');
  });

  it('takes a token that is entered by hand for a way in, whatever the source refused before', async () => {
    const { changes, connections, plugins } = await setUp();
    await plugins.setAccount(pluginId, { tokenField: 'accessToken', needsSignIn: true });
    const { connection } = await changes.create(wanted);
    const { id } = connection;
    const refusal = { code: 'wallet.reauthentication_required', message: 'sign in again' };
    await connections.change(id, { account: { revision: 1, refusal, tokenField: 'accessToken' } });
    expect(stateOf(await changes.change(id, { name: 'New' }))).toBe('needs_reauthentication');
    const config = { apiKey: 'k', accessToken: 'by hand' };
    const changed = await changes.change(id, { config });
    expect(stateOf(changed)).toBe('connecting');
    expect(changed.connection.configFields).toContain('accessToken');
  });

  it('changes nothing when a connection is paused or resumed again', async () => {
    const { changes } = await setUp();
    const { connection } = await changes.create(wanted);
    const { id, generation } = connection;
    const set = async (paused: boolean) => (await changes.setPaused(id, paused)).connection;
    expect((await set(false)).generation).toBe(generation);
    const paused = await set(true);
    expect(paused).toMatchObject({ isPaused: true, generation: generation + 1 });
    expect((await set(true)).generation).toBe(paused.generation);
    expect(await set(false)).toMatchObject({ isPaused: false, generation: generation + 2 });
    await changes.markDeleting(id);
    await expect(changes.setPaused(id, false)).rejects.toMatchObject({ status: 409 });
  });

  it('leaves nothing behind when the vault fails', async () => {
    const { changes, connections, vault } = await setUp();
    vault.failure = new Error('away');
    await expect(changes.create(wanted)).rejects.toThrow('away');
    expect((await connections.list({ limit: 9, after: undefined }, undefined)).data).toEqual([]);
  });

  it('changes nothing when the vault fails', async () => {
    const { changes, vault } = await setUp();
    const { connection } = await changes.create(wanted);
    vault.failure = new Error('away');
    const change = { name: 'New', config: { apiKey: 'n' } };
    await expect(changes.change(connection.id, change)).rejects.toThrow('away');
    const now = await changes.find(connection.id);
    expect(now.connection).toMatchObject({ name: 'Mine', configRevision: 1 });
    expect(vault.configs.get(connection.id)).toEqual({ apiKey: 'k' });
  });

  it('gives the vault no config of a change that came too late', async () => {
    const { changes, vault } = await setUp();
    const { connection } = await changes.create(wanted);
    const { id, generation } = connection;
    await changes.change(id, { name: 'First' }, generation);
    await expect(
      changes.change(id, { config: { apiKey: 'late' } }, generation),
    ).rejects.toMatchObject({ status: 412, code: 'connection.changed' });
    expect(vault.configs.get(id)).toEqual({ apiKey: 'k' });
  });

  it('checks a new config against the version that is active', async () => {
    const { changes, plugins } = await setUp();
    const { connection } = await changes.create(wanted);
    const configSchema = { type: 'object', properties: { apiKey: { type: 'integer' } } };
    await plugins.add(aVersion({ version: '0.2.0', configSchema }));
    await changes.change(connection.id, { config: { apiKey: 'text' } });
    await plugins.activate(pluginId, { version: '0.2.0', name: 'x' });
    await expect(
      changes.change(connection.id, { config: { apiKey: 'secret text' } }),
    ).rejects.toMatchObject({
      code: 'config.invalid',
      message: expect.not.stringContaining('secret text') as unknown,
    });
  });

  it('deletes the config first, so that none is orphaned', async () => {
    const { changes, vault } = await setUp();
    const { connection } = await changes.create(wanted);
    vault.failure = new Error('away');
    await expect(changes.remove(connection.id, { isDataKept: true })).rejects.toThrow('away');
    expect((await changes.find(connection.id)).connection.id).toBe(connection.id);
    await changes.remove(connection.id, { isDataKept: true });
    expect(vault.configs.size).toBe(0);
    await expect(changes.find(connection.id)).rejects.toMatchObject({ status: 404 });
  });

  it('says why a connection cannot be synced', async () => {
    const { changes } = await setUp();
    const { connection } = await changes.create({ ...wanted, config: {} });
    await expect(changes.checkActive(connection.id)).rejects.toMatchObject({
      status: 409,
      members: {
        state: 'needs_configuration',
        reasons: [
          {
            code: 'connection.config_field_missing',
            message: 'the config field "apiKey" is missing',
          },
        ],
      },
    });
    await changes.change(connection.id, { config: { apiKey: 'k' }, paused: true });
    await expect(changes.checkActive(connection.id)).rejects.toThrow(/it is paused/u);
    await changes.change(connection.id, { paused: false });
    await changes.checkActive(connection.id);
  });

  it.each([
    ['a channel that says no schedule', { type: 'channel' }, 'a channel without a schedule'],
    [
      'an operator',
      { type: 'operator', operators: [{ name: 'isKind' }] },
      'the plugin is an operator',
    ],
  ])('says that there is nothing to sync for %s', async (_, manifest, expected) => {
    const { changes, plugins } = memoryManager();
    await plugins.add(aVersion(manifest));
    await plugins.activate(pluginId, { version: '0.1.0', name: 'My Connector' });
    const { connection } = await changes.create(wanted);
    await expect(changes.checkActive(connection.id)).rejects.toThrow(expected);
  });

  it('refuses a plugin that is not there', async () => {
    const { changes } = await setUp();
    await expect(
      changes.create({ ...wanted, plugin_id: 'com.example.none' }),
    ).rejects.toMatchObject({ status: 404 });
  });
});
