import { Manager } from '../platform/manager.ts';

describe('endpoints at the admin API', () => {
  let manager: Manager;
  const wanted = { name: 'ours', url: 'https://example.com/hooks', subjects: ['data.*'] };

  beforeAll(async () => {
    manager = await Manager.start();
  });
  afterAll(() => manager?.stop());

  it('show their secret once, which the wallet has sealed, and no log nor audit', async () => {
    const made = await manager.post('/endpoints', wanted);
    expect(made).toMatchObject({ status: 201, body: { ...wanted, enabled: true } });
    const id = String(made.body['id']);
    const secret = String(made.body['secret']);
    expect(Buffer.from(secret.replace('whsec_', ''), 'base64')).toHaveLength(32);
    expect(manager.fakes.configs.get(id)).toMatchObject({
      pluginId: 'rules_endpoint',
      config: { secret },
    });
    const shown = await manager.get(`/endpoints/${id}`);
    expect(shown.body).toMatchObject({ id, disabled_reason: null });
    expect(shown.text).not.toContain('whsec_');
    const rotated = await manager.post(`/endpoints/${id}/rotate-secret`);
    expect(rotated.body['secret']).not.toBe(secret);
    expect(manager.fakes.configs.get(id)).toMatchObject({
      config: { secret: rotated.body['secret'] },
    });
    expect(manager.fakes.configs.get(id)).toMatchObject({ keepFormerSeconds: 86_400 });
    const until = Date.parse(String(rotated.body['former_secret_until']));
    expect(until).toBeGreaterThan(Date.now() + 86_000_000);
    const ended = await manager.post(`/endpoints/${id}/rotate-secret`, { keep_former_hours: 0 });
    expect(ended.body['former_secret_until']).toBeNull();
    expect(manager.fakes.configs.get(id)).toMatchObject({ keepFormerSeconds: 0 });
    const tooLong = await manager.post(`/endpoints/${id}/rotate-secret`, {
      keep_former_hours: 169,
    });
    expect(tooLong.status).toBe(422);
    const audit = (await manager.get('/audit')).text;
    expect(audit).toContain('endpoint.rotate_secret');
    for (const text of [audit, manager.lines.join('\n')]) expect(text).not.toContain('whsec_');
    expect((await manager.delete(`/endpoints/${id}`)).status).toBe(204);
    expect(manager.fakes.configs.has(id)).toBe(false);
    expect((await manager.get(`/endpoints/${id}`)).status).toBe(404);
  });

  it('are changed, and leave no secret behind when they are refused', async () => {
    const before = manager.fakes.configs.size;
    const refused = await manager.post('/endpoints', { ...wanted, url: 'http://example.com' });
    expect(refused).toMatchObject({ status: 422, body: { code: 'endpoint.invalid' } });
    expect(manager.fakes.configs.size).toBe(before);
    const id = String((await manager.post('/endpoints', wanted)).body['id']);
    const changed = await manager.patch(`/endpoints/${id}`, { enabled: false });
    expect(changed.body).toMatchObject({ ...wanted, enabled: false });
    expect((await manager.get('/endpoints')).body['data']).toMatchObject([{ id }]);
  });

  it('show what was sent to them, and send it again', async () => {
    const id = String((await manager.post('/endpoints', wanted)).body['id']);
    expect(
      (await manager.get(`/endpoints/${id}/deliveries?state=failed`)).body['data'],
    ).toMatchObject([
      { state: 'failed', http_status: 500, error: { code: 'rules.endpoint_refused' } },
    ]);
    const again = await manager.post(`/endpoints/${id}/deliveries/d1/retry`);
    expect(again).toMatchObject({ status: 202, body: { state: 'pending' } });
    const taken = await manager.post(`/endpoints/${id}/deliveries/d2/retry`);
    expect(taken).toMatchObject({ status: 409, body: { code: 'delivery.delivered' } });
    expect((await manager.get('/endpoints/none/deliveries')).status).toBe(404);
    const key = await manager.key(['admin:rules:read']);
    expect((await manager.post('/endpoints', wanted, { key })).status).toBe(403);
  });
});
