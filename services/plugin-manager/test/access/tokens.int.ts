import { eventually, temporaryFolder } from '@made-open/testing';
import { audience, Issuer, issuer } from './issuer.ts';
import { Manager } from '../platform/manager.ts';

let source: Issuer;
let manager: Manager;

beforeAll(async () => {
  source = await Issuer.start();
  manager = await Manager.start({
    OIDC_ISSUER: issuer,
    OIDC_AUDIENCE: audience,
    EGRESS_OVERRIDES_FILE: source.overrides(temporaryFolder()),
  });
});
afterAll(async () => {
  await manager?.stop();
  await source?.stop();
});

let tries = 0;
/** Wrong tokens are counted by address, and each of these has one of its own. */
const ask = (token: string, path = '/plugins') => {
  tries++;
  const from = `127.0.${String(3 + Math.floor(tries / 250))}.${String(1 + (tries % 250))}`;
  return manager.get(path, { key: token, from });
};
/** Keys are looked for again every five seconds at most. */
const atLeisure = { timeoutMs: 90_000, everyMs: 200 };
const invalid = 'Bearer error="invalid_token"';

it('lets a person in who signed in at the issuer, and names them in the audit', async () => {
  const token = await source.personToken('ada', 'admin:keys:write admin:plugins:read');
  expect((await ask(token)).status).toBe(200);
  const wanted = {
    name: 'made by ada',
    scopes: ['admin:plugins:read'],
    expires_at: new Date(Date.now() + 3_600_000).toISOString(),
  };
  expect((await manager.post('/keys', wanted, { key: token })).status).toBe(201);
  expect((await manager.get('/audit?limit=1')).body['data']).toMatchObject([
    { action: 'key.create', who: 'oidc:ada', outcome: 'done' },
  ]);
});

it('gives a token no more than its scopes, and no scopes that it lacks', async () => {
  const token = await source.personToken('ada', 'admin:keys:write');
  expect(await ask(token)).toMatchObject({
    status: 403,
    body: { code: 'token.forbidden', detail: 'the token lacks the scope admin:plugins:read' },
  });
  expect((await manager.get('/audit?limit=1')).body['data']).toMatchObject([
    { action: 'request.denied', who: 'oidc:ada', target: 'GET /admin/v1/plugins' },
  ]);
  const more = {
    name: 'more',
    scopes: ['admin:audit:read'],
    expires_at: new Date(Date.now() + 3_600_000).toISOString(),
  };
  expect((await manager.post('/keys', more, { key: token })).status).toBe(403);
});

it('lets a program in with a token of its own client', async () => {
  const token = await source.machineToken('admin:runs:read');
  expect((await ask(token, '/runners')).status).toBe(200);
  expect((await ask(token)).status).toBe(403);
});

it('refuses a token for another audience, and one that has expired, and says so', async () => {
  const other = await ask(await source.machineToken('admin:plugins:read', 'https://shop.example'));
  expect(other).toMatchObject({ status: 401, body: { code: 'token.invalid' } });
  expect(other.body['detail']).toContain(audience);
  expect(other.headers.get('www-authenticate')).toBe(invalid);
  source.tokenEndsInSeconds = -60;
  const expired = await ask(await source.machineToken('admin:plugins:read'));
  source.tokenEndsInSeconds = 600;
  expect(expired).toMatchObject({ status: 401, body: { code: 'token.expired' } });
});

it('slows down an address that tries wrong tokens', async () => {
  const [header = '', body = ''] = (await source.machineToken('admin:plugins:read')).split('.');
  const guess = () =>
    manager.get('/plugins', { key: `${header}.${body}.c2lnbmF0dXJl`, from: '127.0.2.1' });
  for (let n = 0; n < 5; n++) expect((await guess()).status).toBe(401);
  expect((await guess()).status).toBe(429);
});

it('follows the keys of the issuer, and forgets those that are gone', async () => {
  const old = await source.machineToken('admin:plugins:read');
  expect((await ask(old)).status).toBe(200);
  for (const alg of ['ES256', 'EdDSA'] as const) {
    await source.rotate(alg);
    const token = await source.machineToken('admin:plugins:read');
    await eventually(async () => expect((await ask(token)).status).toBe(200), atLeisure);
  }
  expect(await ask(old)).toMatchObject({ status: 401, body: { code: 'token.invalid' } });
});

it('goes on with the keys that it knows while the issuer is away, and says what it waits for', async () => {
  const known = await source.machineToken('admin:plugins:read');
  expect((await ask(known)).status).toBe(200);
  source.goAway();
  expect((await ask(known)).status).toBe(200);
  await manager.end('SIGTERM');
  await manager.run();
  expect(await ask(known)).toMatchObject({
    status: 503,
    body: { code: 'token.issuer_unavailable', detail: expect.stringContaining(issuer) as unknown },
  });
  expect((await manager.get('/plugins')).status).toBe(200);
});

it('tells nobody a token', async () => {
  await source.rotate();
  const token = await source.machineToken('admin:plugins:read');
  await eventually(async () => expect((await ask(token)).status).toBe(200), atLeisure);
  const [, body = '', signature = ''] = token.split('.');
  for (const part of [body, signature]) {
    expect(manager.lines.join('\n')).not.toContain(part);
    expect(manager.answers.join('\n')).not.toContain(part);
  }
});
