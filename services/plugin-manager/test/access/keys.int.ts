import { adminScopes } from '../../src/keys/api-key.ts';
import { bootstrapId, bootstrapKey, Manager } from '../platform/manager.ts';

let manager: Manager;

beforeAll(async () => {
  manager = await Manager.start();
});
afterAll(() => manager?.stop());

let tests = 0;
let from: string;
beforeEach(() => {
  // Wrong keys are counted by address.
  tests++;
  from = `127.0.1.${String(tests)}`;
});

const keyWithout = (scope: string | undefined): Promise<string> =>
  manager.key(adminScopes.filter((name) => name !== scope));
const inAnHour = () => new Date(Date.now() + 3_600_000).toISOString();

describe('every route', () => {
  it('answers to nobody without a key, nor with one that lacks its scope', async () => {
    const operations = manager.description.operations();
    expect(operations.length).toBeGreaterThan(25);
    let addresses = 0;
    const keys = new Map<string, string>();
    for (const { method, path, security } of operations) {
      const [scope] = security?.[0]?.['key'] ?? [];
      expect(adminScopes).toContain(scope);
      const key = keys.get(String(scope)) ?? (await keyWithout(scope));
      keys.set(String(scope), key);
      const url = path.replaceAll(/\{\w+\}/gu, 'x');
      expect(await manager.ask(method, url, { key })).toMatchObject({
        status: 403,
        body: { code: 'key.forbidden', detail: `the key lacks the scope ${String(scope)}` },
      });
      from = `127.0.2.${String(++addresses)}`;
      const bare = await manager.ask(method, url, { key: '', from });
      expect(bare).toMatchObject({ status: 401, body: { code: 'key.unauthenticated' } });
    }
  });

  it('notes in the audit what a key tried beyond its scopes', async () => {
    const key = await manager.key(['admin:runs:read']);
    await manager.ask('DELETE', '/admin/v1/plugins/com.example.x?a=b', { key });
    const { body } = await manager.get('/audit?limit=1');
    expect(body['data']).toMatchObject([
      {
        action: 'request.denied',
        who: key.split('_')[1],
        target: 'DELETE /admin/v1/plugins/com.example.x',
        outcome: 'lacks admin:plugins:write',
      },
    ]);
  });
});

describe('a key', () => {
  it('opens what its scopes say', async () => {
    const key = await manager.key(['admin:plugins:read']);
    expect((await manager.get('/plugins', { key })).status).toBe(200);
    expect((await manager.get('/connections', { key })).status).toBe(403);
  });

  it.each([
    ['none', ''],
    ['no key', 'secret'],
    ['one that nobody made', `mop_abcdefghijkl_${'a'.repeat(43)}`],
    ['one with a wrong end', `${bootstrapKey.slice(0, -1)}x`],
  ])('is refused when it is %s', async (_, key) => {
    const answer = await manager.get('/plugins', { key, from });
    expect(answer).toMatchObject({ status: 401, body: { code: 'key.unauthenticated' } });
    expect(answer.headers.get('www-authenticate')).toBe('Bearer');
    if (key.length > 10) expect(manager.lines.join('\n')).not.toContain(key);
  });

  it('is refused once it has expired or was revoked', async () => {
    const key = await manager.key(['admin:plugins:read']);
    const id = key.split('_')[1] ?? '';
    expect((await manager.get('/plugins', { key })).status).toBe(200);
    await manager.rows(`update api_key set expires_at = now() - interval '1 s' where id = $1`, [
      id,
    ]);
    expect((await manager.get('/plugins', { key, from })).status).toBe(401);
    await manager.rows(`update api_key set expires_at = now() + interval '1 d' where id = $1`, [
      id,
    ]);
    expect((await manager.get('/plugins', { key })).status).toBe(200);
    expect((await manager.delete(`/keys/${id}`)).status).toBe(204);
    expect((await manager.get('/plugins', { key, from })).status).toBe(401);
    expect((await manager.delete(`/keys/${id}`)).status).toBe(404);
  });

  it('is kept as a hash, and shown once', async () => {
    const key = await manager.key(['admin:plugins:read']);
    await manager.get('/plugins', { key });
    const [id, secret] = key.split('_').slice(1);
    const [row] = await manager.rows<{ hash: string }>('select * from api_key where id = $1', [id]);
    expect(JSON.stringify(row)).not.toContain(secret);
    const listed = await manager.get('/keys?limit=200');
    expect(listed.text).toContain(String(id));
    expect(listed.text).not.toContain(secret);
    expect(listed.text).not.toContain(row?.hash);
  });

  it('for clients is told to the gateway by its hash, and does not open the admin API', async () => {
    const key = await manager.key(['search:read', 'data:read']);
    const id = key.split('_')[1] ?? '';
    const known = manager.fakes.clientKeys.get(id);
    expect(known).toMatchObject({ scopes: ['search:read', 'data:read'], spaceId: 'default' });
    expect(JSON.stringify(known)).not.toContain(key.split('_')[2]);
    expect((await manager.get('/plugins', { key, from })).status).toBe(401);
    await manager.delete(`/keys/${id}`);
    expect(manager.fakes.clientKeys.has(id)).toBe(false);
  });

  it('cannot give what it lacks', async () => {
    const key = await manager.key(['admin:keys:write', 'admin:runs:read']);
    const wanted = (scopes: string[]) => ({ name: 'more', scopes, expires_at: inAnHour() });
    expect(await manager.post('/keys', wanted(['admin:plugins:write']), { key })).toMatchObject({
      status: 403,
      body: { detail: expect.stringContaining('admin:plugins:write') as unknown },
    });
    expect((await manager.post('/keys', wanted(['admin:runs:read']), { key })).status).toBe(201);
  });

  it.each<[string, Record<string, unknown>, RegExp]>([
    ['scopes of both APIs', { scopes: ['admin:runs:read', 'search:read'] }, /not of both/u],
    ['a scope that is none', { scopes: ['admin:everything'] }, /must be one of/u],
    ['no scope', { scopes: [] }, /fewer than 1/u],
    ['an end in the past', { expires_at: '2020-01-01T00:00:00Z' }, /in the future/u],
    ['an end too far away', { expires_at: '2999-01-01T00:00:00Z' }, /within two years/u],
    ['no end', { expires_at: undefined }, /lacks "expires_at"/u],
  ])('is not made with %s', async (_, changes, text) => {
    const wanted = { name: 'k', scopes: ['admin:runs:read'], expires_at: inAnHour(), ...changes };
    const answer = await manager.post('/keys', wanted);
    expect(answer).toMatchObject({
      status: 422,
      body: { detail: expect.stringMatching(text) as unknown },
    });
  });

  it('that the platform was set up with is not revoked here', async () => {
    expect(await manager.delete(`/keys/${bootstrapId}`)).toMatchObject({
      status: 409,
      body: { code: 'key.bootstrap.conflict' },
    });
  });
});

describe('guessing', () => {
  it('is slowed down after five wrong keys, and locks nobody out who has a right one', async () => {
    const guess = (n: number) =>
      manager.get('/plugins', {
        key: `mop_guess${String(n).padStart(7, '0')}_${'a'.repeat(43)}`,
        from,
      });
    for (let n = 0; n < 5; n++) expect((await guess(n)).status).toBe(401);
    const refused = await guess(5);
    expect(refused).toMatchObject({ status: 429, body: { code: 'key.too_many_requests' } });
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
    expect((await manager.get('/plugins', { from })).status).toBe(200);
  });
});

describe('without a key', () => {
  it('there is the description, and nothing else', async () => {
    expect((await manager.ask('GET', '/openapi.json', { key: '' })).status).toBe(200);
    for (const path of [
      '/metrics',
      '/health/live',
      '/health/ready',
      '/',
      '/admin/v1',
      '/admin/v1/nothing',
      '/docs',
    ])
      expect((await manager.ask('GET', path, { key: '' })).status).toBe(404);
  });
});
