import { createHash } from 'node:crypto';
import { Manager } from '../platform/manager.ts';

describe('webhooks of connections', () => {
  let manager: Manager;

  beforeAll(async () => {
    manager = await Manager.start();
  });
  afterAll(() => manager?.stop());

  it('have a token that is told when it is made, and kept as a hash alone', async () => {
    const plugin = await manager.install({
      id: 'com.example.hooks',
      type: 'channel',
      permissions: ['network:inbound', 'network:outbound:api.example.com', 'data:write:persons'],
    });
    const made = await manager.post('/connections', {
      plugin_id: plugin,
      name: 'Mine',
      config: { apiKey: 'k' },
    });
    expect(made.status).toBe(201);
    const { id, webhook_token: first } = made.body as { id: string; webhook_token: string };
    expect(made.body).toMatchObject({
      webhooks: [{ url: `https://api.example.com/webhooks/${id}~${first}`, needs: null }],
    });
    const path = `/connections/${id}`;
    const { text, body } = await manager.get(path);
    expect(text).not.toContain(first);
    expect(body).toMatchObject({
      webhooks: [{ url: `https://api.example.com/webhooks/${id}~<token>`, verify: 'none' }],
    });
    const renewed = await manager.post(`${path}/webhook-token`);
    expect(renewed.status).toBe(201);
    const { token } = renewed.body as { token: string };
    const [row] = await manager.rows<{ webhook_token_hash: string }>(
      'select webhook_token_hash from plugin_manager.connection where id = $1',
      [id],
    );
    expect(row?.webhook_token_hash).toBe(createHash('sha256').update(token).digest('hex'));
    const audit = await manager.get('/audit?limit=5');
    expect(audit.text).toContain('connection.webhook_token');
    for (const secret of [first, token]) {
      expect(audit.text).not.toContain(secret);
      expect(manager.lines.join('\n')).not.toContain(secret);
    }
  });

  it('have a secret that the platform makes for a new version, and keeps', async () => {
    const id = 'com.example.secret';
    const connection = await manager.connect(await manager.install({ id }));
    const stored = (): unknown => manager.fakes.configs.get(connection)?.config;
    expect(stored()).toEqual({ apiKey: 'k' });
    const hook = { type: 'string' };
    const properties = { apiKey: { type: 'string' }, hook };
    await manager.install({
      id,
      version: '0.2.0',
      permissions: ['network:inbound', 'network:outbound:api.example.com', 'data:write:persons'],
      webhooks: [{ verify: 'telegram', secret: 'hook', generateSecret: true }],
      configSchema: { type: 'object', properties, required: ['apiKey'] },
    });
    const made = stored();
    expect(made).toEqual({
      apiKey: 'k',
      hook: expect.stringMatching(/^[\w-]{43}$/u) as unknown,
    });
    const path = `/connections/${connection}`;
    expect((await manager.get(path)).body).toMatchObject({ config_fields: ['apiKey', 'hook'] });
    await manager.patch(path, { config: { apiKey: 'other' } });
    expect(stored()).toEqual({ ...(made as object), apiKey: 'other' });
    await manager.patch(path, { config: { apiKey: 'k', hook: 'given' } });
    expect(stored()).toEqual({ apiKey: 'k', hook: 'given' });
  });

  it('have no token when they have a secret, or when there are none', async () => {
    const id = await manager.connect(await manager.install());
    expect((await manager.get(`/connections/${id}`)).body['webhooks']).toEqual([]);
    const refused = await manager.post(`/connections/${id}/webhook-token`);
    expect(refused).toMatchObject({ status: 409 });
    const unknown = await manager.post('/connections/nobody/webhook-token');
    expect(unknown).toMatchObject({ status: 404 });
  });
});
