import { Manager } from '../platform/manager.ts';

let manager: Manager;

beforeAll(async () => {
  manager = await Manager.start({
    RATE_PER_SECOND: '1',
    RATE_BURST: '20',
    TRUSTED_PROXIES: '127.0.0.1',
  });
});
afterAll(() => manager?.stop());

it('slows down a key that asks too much, and no other', async () => {
  const key = await manager.key(['admin:plugins:read']);
  const answers = await Promise.all(
    Array.from({ length: 60 }, () => manager.get('/plugins', { key })),
  );
  const refused = answers.filter(({ status }) => status === 429);
  expect(answers.filter(({ status }) => status === 200).length).toBeGreaterThanOrEqual(20);
  expect(refused[0]?.body).toMatchObject({ code: 'key.too_many_requests' });
  expect(refused[0]?.headers.get('retry-after')).toBe('1');
  expect((await manager.get('/plugins')).status).toBe(200);
});

it('counts wrong keys by the address that a trusted proxy names', async () => {
  const guess = (address: string) =>
    manager.get('/plugins', {
      key: `mop_guess0000000_${'a'.repeat(43)}`,
      headers: { 'X-Forwarded-For': `198.51.100.200, ${address}` },
    });
  for (let n = 0; n < 5; n++) expect((await guess('198.51.100.1')).status).toBe(401);
  expect((await guess('198.51.100.1')).status).toBe(429);
  expect((await guess('198.51.100.2')).status).toBe(401);
});
