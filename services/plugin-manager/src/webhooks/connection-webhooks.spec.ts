import { createHash } from 'node:crypto';
import { aVersion } from '../../test/contracts/plugin-store.contract.ts';
import { memoryParts } from '../../test/platform/memory-parts.ts';
import { ChangeConnection } from '../connections/change-connection.ts';
import { ShowConnections } from './webhook-view.ts';

const pluginId = 'com.example.my-connector';
const wanted = {
  plugin_id: pluginId,
  name: 'Mine',
  config: { apiKey: 'k' },
  schedule: '',
  time_zone: '',
  space_id: 'default',
};
const hashOf = (token = ''): string => createHash('sha256').update(token).digest('hex');

async function setUp(manifest: object, approved = ['network:inbound']) {
  const parts = memoryParts();
  const changes = new ChangeConnection(parts.plugins, parts.connections, parts.vault);
  await parts.plugins.add(aVersion({ permissions: ['network:inbound'], ...manifest }));
  await parts.plugins.approve(pluginId, approved);
  await parts.plugins.activate(pluginId, { version: '0.1.0', name: 'My Connector' });
  const show = new ShowConnections('https://api.example.com');
  return { ...parts, changes, show };
}

const configSchema = {
  type: 'object',
  properties: { apiKey: { type: 'string' }, hook: { type: 'string' } },
  required: ['apiKey', 'hook'],
};

describe('the webhooks of a connection', () => {
  it('have a token in their address when nothing else proves their sender; it is told once', async () => {
    const { changes, show, connections } = await setUp({ webhooks: [{ verify: 'none' }] });
    const made = await changes.create(wanted);
    const { id, webhookTokenHash } = made.connection;
    expect(made.webhookToken).toMatch(/^[\w-]{43}$/u);
    expect(webhookTokenHash).toBe(hashOf(made.webhookToken));
    const shown = (token?: string) => show.show(made, token).webhooks[0];
    expect(shown(made.webhookToken)?.url).toBe(
      `https://api.example.com/webhooks/${id}~${made.webhookToken ?? ''}`,
    );
    expect(shown()).toMatchObject({
      url: `https://api.example.com/webhooks/${id}~<token>`,
      needs: null,
    });
    const { token } = await changes.renewWebhookToken(id);
    expect(token).not.toBe(made.webhookToken);
    expect(connections.announced.at(-1)?.webhookTokenHash).toBe(hashOf(token));
  });

  it('need none when they are signed, and say what they lack', async () => {
    const webhooks = [{ name: 'events', verify: 'github', secret: 'hook', description: 'pushes' }];
    const { changes, show } = await setUp({ webhooks, configSchema });
    const made = await changes.create(wanted);
    const { id } = made.connection;
    expect(made.webhookToken).toBeUndefined();
    expect(show.show(made).webhooks).toEqual([
      {
        name: 'events',
        url: `https://api.example.com/webhooks/${id}/events`,
        verify: 'github',
        signature: null,
        description: 'pushes',
        needs: expect.objectContaining({ code: 'webhook.secret_missing' }) as unknown,
      },
    ]);
    const changed = await changes.change(id, { config: { apiKey: 'k', hook: 's' } });
    expect(show.show(changed).webhooks[0]?.needs).toBeNull();
    await expect(changes.renewWebhookToken(id)).rejects.toMatchObject({
      code: 'connection.no_webhook_token.conflict',
      status: 409,
    });
  });

  it('say where their proof stands and how it is written, where the manifest does', async () => {
    const webhooks = [
      {
        name: 'signed',
        verify: 'hmac',
        secret: 'hook',
        signature: { header: 'X-Chat-Signature', encoding: 'base64', timestampHeader: 'X-Time' },
      },
      { name: 'told', verify: 'shared-secret', secret: 'hook', challenge: { token: 'key' } },
    ];
    const { changes, show } = await setUp({ webhooks, configSchema });
    const made = await changes.create(wanted);
    expect(show.show(made).webhooks.map(({ signature }) => signature)).toEqual([
      {
        header: 'X-Chat-Signature',
        algorithm: 'sha256',
        encoding: 'base64',
        prefix: '',
        timestamp_header: 'X-Time',
        query: null,
      },
      expect.objectContaining({ header: null, query: 'key' }),
    ]);
  });

  it('say that they are not approved, and that a token is missing', async () => {
    const { changes, show, plugins } = await setUp({ type: 'channel' }, []);
    const made = await changes.create(wanted);
    expect(show.show(made).webhooks[0]?.needs).toMatchObject({ code: 'webhook.not_approved' });
    await plugins.approve(pluginId, ['network:inbound']);
    const found = await changes.find(made.connection.id);
    const connection = { ...found.connection, webhookTokenHash: undefined };
    expect(show.show({ ...found, connection }).webhooks[0]?.needs).toMatchObject({
      code: 'webhook.token_missing',
    });
  });
});
