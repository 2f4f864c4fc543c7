import { ApiKeyService } from '@made-open/contracts';
import { eventually } from '@made-open/testing';
import { randomUUID } from 'node:crypto';
import { request as httpRequest } from 'node:http';
import { PostgresApiKeyStore } from '../../src/api-keys/postgres-api-key-store.ts';
import { apiKeyStoreContract } from './api-key-store.contract.ts';
import { bootstrapId, Gateway, keyOf } from '../gateway.ts';

const { revokeApiKey } = ApiKeyService.method;

let gateway: Gateway;

beforeAll(async () => {
  gateway = await Gateway.start({ TRUSTED_PROXIES: '127.0.0.1', RATE_PER_SECOND: '5' });
});
afterAll(() => gateway?.stop());
beforeEach(() => gateway.fakes.reset());

describe('PostgresApiKeyStore', () => {
  apiKeyStoreContract(() => new PostgresApiKeyStore(gateway.database.db));
});

describe('keys', () => {
  /** Another address, so that tests do not block each other. */
  const from = (address: string): { headers: Record<string, string> } => ({
    headers: { 'X-Forwarded-For': address },
  });

  it('are needed, and have to be right', async () => {
    for (const [n, key] of ['', 'mop_', keyOf(bootstrapId, 'x'), keyOf('nobody000001')].entries()) {
      const { status, headers, body } = await gateway.get('/v1/persons', {
        key,
        ...from(`198.51.100.${String(n)}`),
      });
      expect(status).toBe(401);
      expect(headers.get('www-authenticate')).toBe('Bearer');
      expect(body).toMatchObject({ code: 'key.unauthenticated' });
    }
  });

  it('reach only what their scopes say', async () => {
    const reader = await gateway.register('onlydata0001', { scopes: ['data:read'] });
    const searcher = await gateway.register('onlysearch01', { scopes: ['search:read'] });
    expect((await gateway.get('/v1/persons', { key: reader })).status).toBe(200);
    expect(await gateway.get('/v1/search?q=a', { key: reader })).toMatchObject({
      status: 403,
      body: { code: 'key.forbidden' },
    });
    expect((await gateway.get('/v1/search?q=a', { key: searcher })).status).toBe(200);
    expect((await gateway.get(`/v1/persons/${randomUUID()}`, { key: searcher })).status).toBe(403);
  });

  it('are refused once they are revoked or have expired', async () => {
    const key = await gateway.register('shortlived01', {
      expiresAt: new Date(Date.now() + 3_600_000).toISOString(),
    });
    expect((await gateway.get('/v1/persons', { key })).status).toBe(200);
    await gateway.database.db
      .updateTable('api_key')
      .set({ expires_at: new Date(Date.now() - 1) })
      .where('id', '=', 'shortlived01')
      .execute();
    expect((await gateway.get('/v1/persons', { key, ...from('198.51.100.10') })).status).toBe(401);
    const other = await gateway.register('revoked00001');
    expect((await gateway.get('/v1/persons', { key: other })).status).toBe(200);
    expect(await gateway.manager.call(revokeApiKey, { keyId: 'revoked00001' })).toMatchObject({
      revoked: true,
    });
    expect(
      (await gateway.get('/v1/persons', { key: other, ...from('198.51.100.11') })).status,
    ).toBe(401);
    expect(await gateway.manager.call(revokeApiKey, { keyId: 'revoked00001' })).toMatchObject({
      revoked: false,
    });
  });

  it('are kept as hashes, with the time of their use', async () => {
    const key = await gateway.register('usedkey00001');
    await gateway.get('/v1/persons', { key });
    await eventually(async () => {
      const row = await gateway.database.db
        .selectFrom('api_key')
        .selectAll()
        .where('id', '=', 'usedkey00001')
        .executeTakeFirstOrThrow();
      expect(row.last_used_at).not.toBeNull();
      expect(JSON.stringify(row)).not.toContain('s'.repeat(43));
    });
  });

  it('cannot be registered with faults', async () => {
    await expect(gateway.register('x')).rejects.toMatchObject({ code: 'gateway.key_invalid' });
    await expect(
      gateway.register('adminkey0001', { scopes: ['admin:keys:write'] }),
    ).rejects.toMatchObject({
      code: 'gateway.key_invalid',
      retry: 'never',
    });
  });

  it('are not guessed: an address waits after five failures', async () => {
    const attempt = (n: number) =>
      gateway.get('/v1/persons', {
        key: keyOf(`guess0000${String(n).padStart(3, '0')}`),
        ...from('203.0.113.5'),
      });
    for (let n = 0; n < 5; n++) expect((await attempt(n)).status).toBe(401);
    const { status, headers, body } = await attempt(5);
    expect(status).toBe(429);
    expect(Number(headers.get('retry-after'))).toBeGreaterThan(0);
    expect(Number(headers.get('retry-after'))).toBeLessThanOrEqual(60);
    expect(body).toMatchObject({ code: 'key.too_many_requests' });
    expect((await gateway.get('/v1/persons')).status).toBe(200);
  });

  it('may not be used without measure', async () => {
    const key = await gateway.register('hastykey0001');
    const answers = await Promise.all(
      Array.from({ length: 150 }, () => gateway.get(`/v1/persons/x`, { key })),
    );
    const refused = answers.filter(({ status }) => status === 429);
    expect(refused.length).toBeGreaterThan(20);
    expect(answers.filter(({ status }) => status === 404).length).toBeGreaterThanOrEqual(100);
    expect(refused[0]?.headers.get('retry-after')).toBe('1');
    expect((await gateway.get('/v1/persons')).status).toBe(200);
  });
});

describe('the description', () => {
  it('is open to everybody, as OpenAPI and for people', async () => {
    const openApi = await gateway.get('/openapi.json', { key: '' });
    expect(openApi).toMatchObject({ status: 200, body: { openapi: '3.1.0' } });
    for (const path of ['/', '/docs']) {
      const page = await gateway.get(path, { key: '' });
      expect(page.status).toBe(200);
      expect(page.headers.get('content-type')).toMatch(/^text\/html/u);
      expect(page.headers.get('content-security-policy')).toContain("style-src 'sha256-");
      expect(page.text).toContain('GET /v1/search');
    }
  });

  it('comes with the headers that protect readers, as everything does', async () => {
    for (const path of ['/docs', '/v1/persons', '/v1/nothing']) {
      const { headers } = await gateway.get(path);
      expect(headers.get('x-content-type-options')).toBe('nosniff');
      expect(headers.get('referrer-policy')).toBe('no-referrer');
      expect(headers.get('content-security-policy')).toContain("default-src 'none'");
    }
  });
});

describe('the process', () => {
  it('is ready, and tells what it did without ids', async () => {
    expect((await gateway.health('/health/ready')).status).toBe(200);
    const { text } = await gateway.health('/metrics');
    expect(text).toContain('route="/v1/persons/:id"');
    expect(text).not.toContain('01930000-0000-7000');
  });

  it('gives senders of headers little time', () => {
    expect(gateway.service.app.getHttpServer().headersTimeout).toBe(10_000);
  });

  it('answers a request that is no HTTP, or too long, with an error and lives on', async () => {
    const status = await new Promise<number | undefined>((resolve, reject) => {
      httpRequest(
        {
          port: gateway.service.port,
          host: '127.0.0.1',
          path: '/v1/persons',
          headers: { 'X-Large': 'x'.repeat(100_000) },
        },
        (response) => resolve(response.resume().statusCode),
      )
        .on('error', reject)
        .end();
    });
    expect(status).toBe(431);
    expect((await gateway.get('/v1/persons')).status).toBe(200);
  });
});
