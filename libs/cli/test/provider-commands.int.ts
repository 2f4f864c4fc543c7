import { AdminServer } from './admin-server.ts';

let server: AdminServer;

beforeAll(async () => {
  server = await AdminServer.start();
});
afterAll(() => server?.stop());
beforeEach(() => server.reset());

describe('provider', () => {
  it('lists the slots, which are no pages', async () => {
    server.on('GET', /^\/slots$/u, () => ({
      data: [
        { slot: 'outbound', plugin_id: 'phaxio', connection_id: 'c1' },
        { slot: 'inbound', plugin_id: null, connection_id: null },
      ],
      next_cursor: null,
    }));
    const { stdout, status } = await server.run(['provider', 'list']);
    expect(status).toBe(0);
    expect(stdout).toMatch(/^outbound +phaxio +c1\ninbound/mu);
  });

  it('gives a provider its slot, and its credentials to the wallet', async () => {
    server.on('PUT', /^\/plugins\/phaxio\/(config|credentials)$/u, () => ({ revision: 1 }));
    const env = { PHAXIO_KEY: 'k3y-of-phaxio' };
    const given = await server.run(
      ['provider', 'credentials', 'phaxio', '--env', 'api_key=PHAXIO_KEY'],
      { env },
    );
    expect(given.stdout).toBe('the wallet has api_key\n');
    await server.run(['provider', 'use', 'phaxio']);
    expect(server.asked.map(({ path, body }) => [path, body])).toEqual([
      ['/plugins/phaxio/credentials', { credentials: { api_key: 'k3y-of-phaxio' } }],
      ['/plugins/phaxio/config', { enabled: true, slot: 'outbound' }],
    ]);
  });
});
