import { AdminServer } from './admin-server.ts';

let server: AdminServer;

beforeAll(async () => {
  server = await AdminServer.start();
});
afterAll(() => server?.stop());
beforeEach(() => server.reset());

describe('scaling', () => {
  const scaling = {
    plugin_id: 'com.example.a',
    manifest: { min: null, max: 4, concurrency: 2, target_wait_seconds: null, idle_seconds: 60 },
    override: { min: 1, max: null, replicas: null },
    in_effect: {
      min: 1,
      max: 4,
      concurrency: 2,
      target_wait_seconds: 30,
      idle_seconds: 60,
      pinned: null,
      replicas: 3,
    },
    decisions: [{ at: 'now', from: 1, to: 3, reason: 'waits_too_long', message: '5 waiting' }],
  };
  beforeEach(() => {
    server.on('GET', /^\/plugins\/com\.example\.a\/scaling$/u, () => scaling);
    server.on('PUT', /^\/plugins\/com\.example\.a\/scaling$/u, () => scaling);
  });
  const put = () => server.asked.filter(({ method }) => method === 'PUT').map(({ body }) => body);

  it('is shown with what the manifest asks for, what is in effect, and why', async () => {
    const { status, stdout } = await server.run(['scale', 'com.example.a']);
    expect(status).toBe(0);
    expect(stdout).toMatch(/manifest +4 +2 +60/u);
    expect(stdout).toMatch(/operator +1\n/u);
    expect(stdout).toMatch(/in effect +1 +4 +2 +30 +60 +3/u);
    expect(stdout).toMatch(/now +1 +3 +waits_too_long +5 waiting/u);
    expect(put()).toEqual([]);
  });

  it('is changed in what is named, and given back to the work as a whole', async () => {
    for (const options of [
      ['--replicas', '0'],
      ['--max', '6'],
      ['--auto'],
      ['--auto', '--min', '2'],
    ])
      expect((await server.run(['scale', 'com.example.a', ...options])).status).toBe(0);
    expect(put()).toEqual([
      { min: 1, max: null, replicas: 0 },
      { min: 1, max: 6, replicas: null },
      {},
      { min: 2 },
    ]);
  });

  it('takes no numbers that cannot be, nor two wishes that exclude each other', async () => {
    for (const options of [
      ['--replicas', 'x'],
      ['--min', '-1'],
      ['--auto', '--replicas', '1'],
    ])
      expect((await server.run(['scale', 'com.example.a', ...options])).status).toBe(64);
    expect(server.asked).toEqual([]);
  });
});
