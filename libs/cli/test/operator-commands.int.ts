import { AdminServer, type Asked } from './admin-server.ts';

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

/** What was asked beside the look for the connection. */
const asked = (): Asked[] => server.asked.filter(({ path }) => !path.startsWith('/connections?'));

describe('an OAuth client', () => {
  const client = {
    plugin_id: 'com.example.a',
    client_id: 'c-1',
    flow: 'authorization_code',
    has_secret: true,
    client_authentication: 'basic',
    authorization_url: '',
    token_url: 'https://login.example.com/token',
    token_property: 'accessToken',
    scopes: ['a', 'b'],
  };
  const set = ['oauth-client', 'set', 'com.example.a', '--client-id', 'c-1'];
  beforeEach(() => server.on('PUT', /oauth-client$/u, () => client));

  it('is set with what is given, and its secret comes from where nobody looks', async () => {
    const secret = 'client-secret-7';
    const ran = await server.run([...set, '--secret-file', '-', '--scope', 'a', 'b'], {
      input: `${secret}\n`,
    });
    expect(ran.stdout).toContain('client c-1 of com.example.a, with a secret, sent by basic');
    expect((await server.run([...set, '--secret-env', 'S'], { env: { S: secret } })).status).toBe(
      0,
    );
    expect((await server.run([...set, '--public'])).status).toBe(0);
    expect((await server.run(set)).status).toBe(0);
    expect(server.asked.map(({ body }) => body)).toEqual([
      { client_id: 'c-1', client_secret: secret, scopes: ['a', 'b'] },
      { client_id: 'c-1', client_secret: secret },
      { client_id: 'c-1', client_secret: null },
      { client_id: 'c-1' },
    ]);
    expect(`${ran.stdout}${ran.stderr}`).not.toContain(secret);
  });

  it('is not set with two secrets, nor with a variable that is not set', async () => {
    expect((await server.run([...set, '--public', '--secret-env', 'S'])).status).toBe(64);
    expect((await server.run([...set, '--secret-env', 'S'])).status).toBe(65);
    expect(server.asked).toEqual([]);
  });

  it('is shown and deleted', async () => {
    server.on('GET', /oauth-client$/u, () => client);
    server.on('DELETE', /oauth-client$/u, () => 204);
    expect((await server.run(['oauth-client', 'show', 'com.example.a'])).stdout).toContain(
      'scopes: a b',
    );
    expect((await server.run(['oauth-client', 'delete', 'com.example.a'])).status).toBe(0);
  });
});

describe('a plugin', () => {
  it('is disabled, loses permissions and is removed', async () => {
    server.on('POST', /disable$/u, () => ({ id: 'a', state: 'inactive' }));
    server.on('POST', /revoke$/u, () => ({
      id: 'a',
      approved_permissions: ['data:write:persons'],
    }));
    server.on('DELETE', /^\/plugins\/a$/u, () => 204);
    expect((await server.run(['disable', 'a'])).stdout).toBe('a is inactive\n');
    const revoked = await server.run(['revoke', 'a', '--permission', 'event:publish:x']);
    expect(revoked.stdout).toBe('a may still:\n  data:write:persons\n');
    expect((await server.run(['remove', 'a'])).status).toBe(64);
    expect((await server.run(['remove', 'a', '--yes'])).status).toBe(0);
    expect(asked().map(({ method }) => method)).toEqual(['POST', 'POST', 'DELETE']);
  });
});

describe('versions of a plugin', () => {
  it('are compared, the active one with the newest unless others are named', async () => {
    server.on('GET', /^\/plugins\/a$/u, () => ({ id: 'a', active_version: '0.1.0' }));
    server.on('GET', /versions\?/u, () => ({ data: [{ version: '0.2.0' }], next_cursor: null }));
    server.on('GET', /differences/u, () => ({
      id: 'a',
      from: '0.1.0',
      to: '0.2.0',
      permissions: { added: ['network:outbound:b.example.com'], removed: [] },
      config: {
        added: [],
        removed: [],
        changed: [],
        newly_required: ['tenant\u001b[2K\u009b1A'],
        not_required: [],
      },
      manifest: [{ field: 'schedule', from: null, to: '@daily' }],
      bundle: { is_same: false, from_bytes: 10, to_bytes: 12 },
    }));
    expect((await server.run(['diff', 'a'])).stdout).toBe(
      [
        'a 0.1.0 to 0.2.0',
        'may besides:',
        '  network:outbound:b.example.com',
        'config, newly required:',
        '  tenant [2K 1A',
        'plugin.json says otherwise:',
        '  schedule: null to "@daily"',
        'code: 10 to 12 bytes',
        '',
      ].join('\n'),
    );
    expect(asked().at(-1)?.path).toBe('/plugins/a/versions/0.1.0/differences?to=0.2.0');
    await server.run(['diff', 'a', '--from', '0.2.0', '--to', '0.1.0']);
    expect(asked().at(-1)?.path).toBe('/plugins/a/versions/0.2.0/differences?to=0.1.0');
  });

  it('are gone back to, and removed one by one', async () => {
    const version = { id: 'a', version: '0.1.0', state: 'active' };
    server.on('POST', /rollback$/u, () => version);
    server.on('POST', /versions\/0\.1\.0\/activate$/u, () => version);
    server.on('DELETE', /versions\/0\.2\.0$/u, () => 204);
    expect((await server.run(['rollback', 'a'])).stdout).toBe('a 0.1.0 is active\n');
    expect((await server.run(['rollback', 'a', '--to', '0.1.0'])).status).toBe(0);
    const removed = await server.run(['remove', 'a', '--version-only', '0.2.0', '--yes']);
    expect(removed).toMatchObject({ status: 0, stdout: 'a 0.2.0 is removed\n' });
  });
});

describe('a version', () => {
  it('is tried out on a share of the runs, and shown with its figures', async () => {
    server.on('GET', /versions\?/u, () => ({
      data: [{ version: '0.2.0', state: 'canary' }],
      next_cursor: null,
    }));
    server.on('POST', /0\.2\.0\/activate$/u, () => ({
      id: 'a',
      version: '0.2.0',
      state: 'canary',
    }));
    const runs = { canary: { runs: 4, failed: 3 }, stable: { runs: 20, failed: 1 } };
    server.on('GET', /canary$/u, () => ({
      canary: { version: '0.2.0', percent: 10, runs },
      last: {
        version: '0.1.9',
        outcome: 'returned',
        reason: '3 of 3 runs failed under it',
        ended_at: 'noon',
        runs,
      },
    }));
    const args = ['activate', 'a', '--canary', '10', '--promote-after-runs', '50'];
    expect((await server.run(args)).stdout).toContain('a 0.2.0 is tried out on 10 of 100 runs');
    expect(asked().at(-1)?.body).toEqual({
      force: false,
      canary: { percent: 10, promote_after_runs: 50 },
    });
    const { stdout } = await server.run(['versions', 'a']);
    expect(stdout).toContain('0.2.0    canary');
    expect(stdout).toContain('10 of 100 runs: 3 of 4 runs failed under it, 1 of 20 under');
    expect(stdout).toContain('0.1.9 was returned on noon, since 3 of 3 runs failed under it');
    await server.run(['activate', 'a', '0.2.0', '--force']);
    expect(asked().at(-1)?.body).toEqual({ force: true });
    expect((await server.run(['activate', 'a', '--min-runs', '5'])).status).toBe(64);
    expect((await server.run(['activate', 'a', '--canary', 'some'])).status).toBe(64);
  });
});

describe('people and their data', () => {
  const person = { person_id: 'p', records: [{ entity_id: 'r', rule: 'email' }] };

  it('are shown, linked and unlinked', async () => {
    server.on('GET', /^\/persons\/p/u, () => person);
    server.on('POST', /link$/u, () => ({ data: [person] }));
    const shown = await server.run(['person', 'show', 'p', '--space', 'team']);
    expect(shown.stdout).toBe('person p\n  record r, linked by email\n');
    await server.run(['person', 'link', 'r', 's']);
    await server.run(['person', 'unlink', 'r']);
    expect(asked()).toMatchObject([
      { path: '/persons/p?space_id=team' },
      { path: '/persons/link', body: { space_id: 'default', records: ['r', 's'] } },
      { path: '/persons/unlink', body: { space_id: 'default', records: ['r'] } },
    ]);
  });

  it('are erased until nothing is left', async () => {
    let steps = 0;
    server.on('POST', /erase$/u, () => ({ done: ++steps === 3, erased: 2 }));
    expect((await server.run(['person', 'erase', 'p'])).status).toBe(64);
    const ran = await server.run(['person', 'erase', 'p', '--with-mentions', '--yes']);
    expect(ran).toMatchObject({ status: 0, stdout: '6 entities are erased\n' });
    expect(asked()[2]?.body).toEqual({ space_id: 'default', with_mentions: true });
  });

  it('are exported as lines, to the letter', async () => {
    const line = (n: string): string => `{"kind":"person","record":{"raw":{"n":${n}}}}`;
    server.on(
      'GET',
      /export$/u,
      () => `{"data":[${line('12345678901234567890')}],"next_cursor":"c"}`,
    );
    server.on('GET', /export\?cursor=c$/u, () => `{"data":[${line('1.10')}],"next_cursor":null}`);
    const ran = await server.run(['export', id]);
    expect(ran).toMatchObject({
      status: 0,
      stdout: `${line('12345678901234567890')}\n${line('1.10')}\n`,
      stderr: '2 records\n',
    });
    server.on('GET', /^\/persons\/p\/export/u, () => ({ data: [], next_cursor: null }));
    expect((await server.run(['export', '--person', 'p'])).status).toBe(0);
    expect(asked().at(-1)?.path).toBe('/persons/p/export?space_id=default');
    expect((await server.run(['export', id, '--person', 'p'])).status).toBe(64);
  });
});

describe('the platform', () => {
  it('shows its runners, audit and overrides', async () => {
    const runner = { plugin_id: 'a', version: '1.0.0', state: 'crashed', crashes: 6 };
    const entry = {
      at: 'now',
      who: 'oidc:ada',
      action: 'key.create',
      target: 'k',
      outcome: 'done',
    };
    const override = {
      host: 'a.example.com:443',
      address: '127.0.0.1',
      port: 1,
      authority: { subject: 'CN=x' },
    };
    server.on('GET', /^\/runners$/u, () => ({ data: [runner], next_cursor: null }));
    server.on('POST', /^\/runners\/a\/reset$/u, () => ({ data: [runner], next_cursor: null }));
    server.on('GET', /^\/audit\?limit=1$/u, () => ({ data: [entry], next_cursor: null }));
    server.on('GET', /^\/egress-overrides$/u, () => ({ data: [override], fault: null }));
    expect((await server.run(['runners'])).stdout).toMatch(/a +1\.0\.0 +crashed +6/u);
    expect((await server.run(['runners', '--reset', 'a'])).status).toBe(0);
    expect((await server.run(['audit', '--limit', '1'])).stdout).toMatch(/oidc:ada +key\.create/u);
    expect((await server.run(['egress-overrides'])).stdout).toMatch(/127\.0\.0\.1 +1 +CN=x/u);
  });

  it('that refuses ends a command as it does every other', async () => {
    server.on('POST', /authorize$/u, () => 503);
    expect((await server.run(['authorize', id])).status).toBe(75);
    server.on('POST', /pause$/u, () => 403);
    expect((await server.run(['pause', id])).status).toBe(77);
    expect((await server.run(['tasks', '--task', 'none'])).status).toBe(66);
  });
});
