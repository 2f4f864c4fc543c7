import {
  ReauthenticationRequiredSchema,
  TokenRefreshedSchema,
  type OAuthClient,
} from '@made-open/contracts';
import { eventually } from '@made-open/testing';
import { randomUUID } from 'node:crypto';
import { Manager } from '../platform/manager.ts';

let manager: Manager;
let clients: Map<string, { client: OAuthClient | undefined; secret: string | undefined }>;

beforeAll(async () => {
  manager = await Manager.start();
  clients = manager.fakes.oauthClients;
});
afterAll(() => manager?.stop());

const body = {
  client_id: 'c-1',
  client_secret: 'marker-secret',
  authorization_url: 'https://login.example.com/authorize',
  token_url: 'https://login.example.com/token',
  scopes: ['contacts.read'],
};

describe('OAuth in the admin API', () => {
  it('configures a client, whose secret crosses sealed and is never shown', async () => {
    const plugin = await manager.install();
    const put = await manager.put(`/plugins/${plugin}/oauth-client`, body);
    expect(put).toMatchObject({ status: 200, body: { client_id: 'c-1', has_secret: true } });
    expect(clients.get(plugin)?.secret).toBe('marker-secret');
    const shown = await manager.get(`/plugins/${plugin}/oauth-client`);
    const audit = await manager.get('/audit');
    expect(JSON.stringify([put, shown, audit])).not.toContain('marker-secret');
    expect(JSON.stringify(audit.body)).toContain('plugin.oauth_client');
    const bad = await manager.put(`/plugins/${plugin}/oauth-client`, {
      ...body,
      token_url: 'http://login.example.com/token',
    });
    expect(bad.status).toBe(422);
  });

  it('begins a sign-in, and shows on the connection how it stands with the account', async () => {
    const plugin = await manager.install();
    await manager.put(`/plugins/${plugin}/oauth-client`, body);
    const id = await manager.connect(plugin, { apiKey: 'k' });
    const state = async () => (await manager.get(`/connections/${id}`)).body['state'];
    expect(await manager.get(`/connections/${id}`)).toMatchObject({
      body: { state: 'needs_reauthentication', reasons: [{ code: 'connection.not_signed_in' }] },
    });
    expect((await manager.post(`/connections/${id}/authorize`)).body).toEqual({
      authorization_url: `https://login.example.com/authorize?state=${id}`,
    });
    const owner = { connectionId: id, spaceId: 'default', pluginId: plugin };
    const publish = async (schema: 'refused' | 'refreshed', revision: number): Promise<void> => {
      const event = { id: randomUUID(), time: new Date() };
      const options = { source: 'credential-wallet', messageId: event.id };
      const wallet = manager.fakes.wallet.bus;
      if (schema === 'refreshed') {
        const message = { ...owner, revision, tokenProperty: 'accessToken' };
        await wallet.publishEvents(TokenRefreshedSchema, [{ ...event, message }], options);
      } else {
        const code = 'wallet.reauthentication_required';
        const message = { ...owner, revision, code, message: 'sign in again' };
        await wallet.publishEvents(
          ReauthenticationRequiredSchema,
          [{ ...event, message }],
          options,
        );
      }
    };
    const refused = { code: 'wallet.reauthentication_required', message: 'sign in again' };
    const reasons = async () => (await manager.get(`/connections/${id}`)).body['reasons'];
    await publish('refused', 1);
    await eventually(async () => expect(await reasons()).toEqual([refused]));
    await publish('refreshed', 2);
    await eventually(async () => expect(await state()).toBe('connecting'));
    await publish('refused', 3);
    await eventually(async () => expect(await state()).toBe('needs_reauthentication'));
    const config = { apiKey: 'k', accessToken: 'by hand' };
    expect(await manager.patch(`/connections/${id}`, { config })).toMatchObject({
      body: { state: 'connecting', reasons: [{ code: 'connection.connecting' }] },
    });
    await publish('refused', 4);
    await eventually(async () => expect(await state()).toBe('needs_reauthentication'));
    expect((await manager.delete(`/plugins/${plugin}/oauth-client`)).status).toBe(204);
    expect(await state()).toBe('connecting');
  });

  it('knows after a start of clients that were set before plugins kept how to sign in', async () => {
    const plugin = await manager.install();
    await manager.put(`/plugins/${plugin}/oauth-client`, body);
    const id = await manager.connect(plugin, { apiKey: 'k' });
    await manager.rows('update plugin set account = null where id = $1', [plugin]);
    await manager.end('SIGTERM');
    await manager.run();
    await eventually(async () =>
      expect(await manager.get(`/connections/${id}`)).toMatchObject({
        body: { reasons: [{ code: 'connection.not_signed_in' }] },
      }),
    );
  });
});
