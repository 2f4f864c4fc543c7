import { AdminServer } from './admin-server.ts';

const id = '3f1c9f0e-7a5d-4b0e-9b1e-0d7f2b9a6c11';
const connection = { id, name: 'Mine', plugin_id: 'com.example.a', state: 'active', reasons: [] };
let server: AdminServer;

beforeAll(async () => {
  server = await AdminServer.start();
});
afterAll(() => server?.stop());
beforeEach(() => {
  server.reset();
  server.on('GET', /^\/connections\?/u, () => ({ data: [connection], next_cursor: null }));
});

describe('a connection that is tested', () => {
  const test = {
    id: 't1',
    ok: true,
    code: null,
    message: 'the connection works',
    remedy: null,
    checked: [{ what: 'own_test', result: 'passed', message: 'it passed' }],
  };
  const fault = { ok: false, code: 'http.status', message: 'HTTP 401: refused' };

  it('works', async () => {
    server.on('POST', /\/test$/u, () => test);
    expect(await server.run(['test-connection', id])).toMatchObject({
      status: 0,
      stdout: 'the connection works\npassed  own test: it passed\n',
    });
  });

  it.each([
    ['configure', `made-open configure ${id}`],
    ['authorize', `made-open authorize ${id}`],
    ['approve', 'made-open approve com.example.a'],
    ['activate', 'made-open approve com.example.a'],
    ['reset_runner', 'made-open runners --reset com.example.a'],
    ['retry', `made-open test-connection ${id}`],
    ['mend_plugin', 'made-open logs --run t1'],
  ])('does not work: a person hears why, and of %s what to do', async (remedy, command) => {
    server.on('POST', /\/test$/u, () => ({ ...test, ...fault, remedy }));
    const ran = await server.run(['test-connection', id]);
    expect(ran).toMatchObject({ status: 1, stdout: '' });
    expect(ran.stderr).toMatch(
      /^the connection does not work: HTTP 401: refused \(http\.status\)/u,
    );
    expect(ran.stderr).toContain(command);
  });

  it('tells a program all of it, whatever it came to', async () => {
    const failed = { ...test, ...fault, remedy: 'configure' };
    server.on('POST', /\/test$/u, () => failed);
    const ran = await server.run(['--json', 'test-connection', id]);
    expect(ran.status).toBe(1);
    expect(JSON.parse(ran.stdout)).toEqual(failed);
    expect(JSON.parse(ran.stderr)).toMatchObject({ error: { code: 'http.status' } });
  });
});
