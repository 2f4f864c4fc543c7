import { AdminServer } from './admin-server.ts';

const live = {
  generation: 1,
  engine: 'postgres',
  state: 'live',
  entities_read: 0,
  started_at: null,
  fault: null,
};
const filling = {
  ...live,
  generation: 2,
  state: 'filling',
  entities_read: 1200,
  started_at: '2026-11-21T06:00:00.000Z',
};
let server: AdminServer;

beforeAll(async () => {
  server = await AdminServer.start();
});
afterAll(() => server?.stop());
beforeEach(() => {
  server.reset();
  server.on('POST', /^\/search-indexes$/u, () => filling);
});

/** What is listed at one look after the other; the last stays. */
function listed(...looks: readonly object[][]): void {
  let look = 0;
  server.on('GET', /^\/search-indexes$/u, () => ({
    data: looks[Math.min(look++, looks.length - 1)],
    next_cursor: null,
  }));
}

describe('search-index', () => {
  it('lists what answers, what is filled, and what holds that up', async () => {
    listed([live, { ...filling, fault: 'search.unavailable' }]);
    const { stdout } = await server.run(['search-index', 'list']);
    expect(stdout).toMatch(/^1 +postgres +live +0/mu);
    expect(stdout).toMatch(/^2 +postgres +filling +1200 .* search\.unavailable$/mu);
    expect(JSON.parse((await server.run(['search-index', 'list', '--json'])).stdout)).toMatchObject(
      [{ generation: 1 }, { generation: 2, fault: 'search.unavailable' }],
    );
  });

  it('is filled anew and followed until the new one answers', async () => {
    listed(
      [live, filling],
      [
        { ...live, state: 'retired' },
        { ...filling, state: 'live', entities_read: 2400 },
      ],
    );
    const { status, stdout } = await server.run(['search-index', 'fill']);
    expect([status, stdout]).toEqual([
      0,
      'search index 2 (postgres) is live: 2,400 entities read\n',
    ]);
    expect(server.asked.filter(({ method }) => method === 'GET')).toHaveLength(2);
  });

  it('is followed over a restart of search-indexer', async () => {
    let looks = 0;
    server.on('GET', /^\/search-indexes$/u, () =>
      ++looks < 3 ? 503 : { data: [{ ...filling, state: 'live' }], next_cursor: null },
    );
    expect(await server.run(['search-index', 'fill'])).toMatchObject({ status: 0 });
    server.on('GET', /^\/search-indexes$/u, () => 403);
    expect(await server.run(['search-index', 'fill'])).toMatchObject({ status: 77 });
  });

  it('is filled without anybody who waits', async () => {
    const { stdout } = await server.run(['search-index', 'fill', '--no-wait', '--json']);
    expect(JSON.parse(stdout)).toEqual(filling);
    expect(server.asked).toMatchObject([{ method: 'POST', path: '/search-indexes', body: {} }]);
  });

  it.each([
    ['retired', [live, { ...filling, state: 'retired' }]],
    ['gone', [live]],
  ])('fails to be followed when it was given up and is %s', async (_, last) => {
    listed([live, filling], last);
    const ran = await server.run(['search-index', 'fill', '--json']);
    expect([ran.status, ran.stdout]).toEqual([1, '']);
    expect(JSON.parse(ran.stderr)).toMatchObject({ error: { code: 'search_index.given_up' } });
  });

  it('is given up, or says that none is filled', async () => {
    server.on('POST', /cancel$/u, () => ({ data: [live], next_cursor: null }));
    expect((await server.run(['search-index', 'cancel'])).stdout).toMatch(/^1 +postgres +live/mu);
    server.on('POST', /cancel$/u, () => 409);
    expect(await server.run(['search-index', 'cancel'])).toMatchObject({ status: 73, stdout: '' });
  });
});
