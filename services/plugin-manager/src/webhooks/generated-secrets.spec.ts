import { RemoteError } from '@made-open/bus';
import { aVersion } from '../../test/contracts/plugin-store.contract.ts';
import { memoryParts } from '../../test/platform/memory-parts.ts';
import { ChangeConnection } from '../connections/change-connection.ts';
import { ActivateVersion } from '../versions/activate-version.ts';
import { ShowConnections } from './webhook-view.ts';

const id = 'com.example.my-connector';
const wanted = {
  plugin_id: id,
  name: 'Mine',
  config: { apiKey: 'k' },
  schedule: '',
  time_zone: '',
  space_id: 'default',
};
const configSchema = {
  type: 'object',
  properties: { apiKey: { type: 'string' }, hook: { type: 'string' } },
  required: ['apiKey', 'hook'],
};
const webhooks = [{ verify: 'telegram', secret: 'hook', generateSecret: true }];
const permissions = ['network:inbound'];
const careful = { force: false };
const aSecret = expect.stringMatching(/^[\w-]{43}$/u) as unknown;

/** A plugin of which 0.2.0 wants a secret, and 0.1.0 does not; one of them is active, with a connection. */
async function setUp(active: '0.1.0' | '0.2.0') {
  const parts = memoryParts();
  const changes = new ChangeConnection(parts.plugins, parts.connections, parts.vault);
  await parts.plugins.add(aVersion({ permissions }));
  await parts.plugins.add(aVersion({ version: '0.2.0', permissions, webhooks, configSchema }));
  await parts.plugins.approve(id, permissions);
  const activations = new ActivateVersion(parts);
  await activations.activate(id, active, careful);
  const { connection } = await changes.create(wanted);
  const stored = () => parts.vault.configs.get(connection.id);
  const found = async () => (await changes.find(connection.id)).connection;
  const show = new ShowConnections('https://api.example.com');
  return { ...parts, changes, activations, connection, stored, found, show };
}

describe('a secret that the platform makes', () => {
  it('is made where the config has none, another one for each connection', async () => {
    const { changes, vault, show, stored, connection } = await setUp('0.2.0');
    expect(connection.configFields).toEqual(['apiKey', 'hook']);
    expect(show.show(await changes.find(connection.id)).webhooks[0]?.needs).toBeNull();
    expect(stored()).toEqual({ apiKey: 'k', hook: aSecret });
    const other = await changes.create(wanted);
    expect(vault.configs.get(other.connection.id)).not.toEqual(stored());
  });

  it('stays when the config is replaced, unless another one is given', async () => {
    const { changes, connection, stored, found } = await setUp('0.2.0');
    const hook = stored()?.['hook'];
    await changes.change(connection.id, { config: { apiKey: 'other' } });
    expect(stored()).toEqual({ apiKey: 'other', hook });
    expect((await found()).configFields).toEqual(['apiKey', 'hook']);
    await changes.change(connection.id, { config: { apiKey: 'k', hook: 'given' } });
    expect(stored()).toEqual({ apiKey: 'k', hook: 'given' });
  });

  it('is made for the connections that a version takes over, once', async () => {
    const { activations, changes, connections, found, stored, show } = await setUp('0.1.0');
    const before = await found();
    expect(stored()).toEqual({ apiKey: 'k' });
    await activations.activate(id, '0.2.0', careful);
    const made = stored();
    expect(made).toEqual({ apiKey: 'k', hook: aSecret });
    const after = await found();
    expect(after.configFields).toEqual(['apiKey', 'hook']);
    expect(after.configRevision).toBeGreaterThan(before.configRevision);
    expect(show.show(await changes.find(before.id)).webhooks[0]?.needs).toBeNull();
    // Known when the version is announced, so that nothing is tried without it.
    expect(connections.announced.at(-1)).toMatchObject({
      pluginVersion: '0.2.0',
      configRevision: after.configRevision,
    });
    await activations.activate(id, '0.2.0', careful);
    expect([(await found()).configRevision, stored()]).toEqual([after.configRevision, made]);
  });

  it('holds up the version while the wallet is away, and not where the wallet refuses', async () => {
    const { activations, plugins, vault, stored } = await setUp('0.1.0');
    vault.failure = new RemoteError('wallet.unavailable', 'no answer', 'later');
    await expect(activations.activate(id, '0.2.0', { force: true })).rejects.toThrow('no answer');
    expect((await plugins.plugin(id))?.activeVersion).toBe('0.1.0');
    vault.failure = new RemoteError('wallet.not_found', 'there is no config', 'never');
    await activations.activate(id, '0.2.0', { force: true });
    expect((await plugins.plugin(id))?.activeVersion).toBe('0.2.0');
    expect(stored()).toEqual({ apiKey: 'k' });
  });

  it('is made when a version that was tried out gets all runs', async () => {
    const { canaries, plugins, stored } = await setUp('0.1.0');
    await plugins.startCanary(id, {
      version: '0.2.0',
      percent: 10,
      minRuns: 1,
      maxExtraFailures: 10,
      promoteAfterRuns: 1,
      startedAt: new Date().toISOString(),
    });
    const run = { pluginId: id, runId: 'r1', version: '0.2.0', isCanary: true, isFailed: false };
    await canaries.count(run);
    expect((await plugins.plugin(id))?.activeVersion).toBe('0.2.0');
    expect(stored()).toEqual({ apiKey: 'k', hook: aSecret });
  });
});
