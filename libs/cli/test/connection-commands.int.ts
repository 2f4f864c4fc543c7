import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AdminServer, type Asked } from './admin-server.ts';

const id = '3f1c9f0e-7a5d-4b0e-9b1e-0d7f2b9a6c11';
const task = '5d1f7b0c-3c7e-4d53-9d0e-7a1c7b7f2e10';
const connection = {
  id,
  name: 'Mine',
  plugin_id: 'com.example.a',
  state: 'active',
  reasons: [],
};
let server: AdminServer;
let folder: string;

beforeAll(async () => {
  server = await AdminServer.start();
  folder = mkdtempSync(join(tmpdir(), 'made-open-commands-'));
});
afterAll(async () => {
  await server?.stop();
  rmSync(folder, { recursive: true, force: true });
});
beforeEach(() => {
  server.reset();
  server.on('GET', /^\/connections\?/u, () => ({ data: [connection], next_cursor: null }));
});

/** What was asked beside the look for the connection. */
const asked = (): Asked[] => server.asked.filter(({ path }) => !path.startsWith('/connections?'));
const taskIs = (state: string, more: object = {}) => ({
  id: task,
  kind: 'delete',
  state,
  affected: 3,
  refused: 0,
  error: null,
  ...more,
});

describe('a connection', () => {
  it.each(['pause', 'resume'])('is held and goes on by %s', async (name) => {
    server.on('POST', /./u, () => ({ ...connection, state: 'paused' }));
    const ran = await server.run([name, 'Mine']);
    expect(ran).toMatchObject({ status: 0, stdout: `connection ${id} (Mine) is paused\n` });
    expect(asked()).toMatchObject([{ method: 'POST', path: `/connections/${id}/${name}` }]);
  });

  it('gets another policy for its schedule, and none that cannot be read', async () => {
    server.on('PATCH', /./u, () => connection);
    await server.run(['configure', id, '--policy', '{"overlap":"queue"}']);
    await server.run(['configure', id, '--policy', 'null']);
    expect((await server.run(['configure', id, '--policy', 'queue'])).status).toBe(64);
    expect(asked().map(({ body }) => body)).toEqual([
      { schedule_policy: { overlap: 'queue' } },
      { schedule_policy: null },
    ]);
  });

  it('gets another config from a file and a variable, and nothing of it is shown', async () => {
    const file = join(folder, 'config.json');
    writeFileSync(file, '{"page":2}', { mode: 0o600 });
    server.on('PATCH', /./u, () => ({
      ...connection,
      state: 'needs_configuration',
      reasons: [{ code: 'config.missing', message: 'url is missing' }],
    }));
    const args = ['configure', id, '--config', file, '--env', 'apiKey=TOKEN', '--name', 'New'];
    const ran = await server.run([...args, '--schedule', ''], { env: { TOKEN: 'secret-7' } });
    expect(asked()[0]?.body).toEqual({
      config: { page: 2, apiKey: 'secret-7' },
      name: 'New',
      schedule: '',
    });
    expect(ran.stdout).toContain('(Mine) needs configuration\n  config.missing: url is missing');
    expect(`${ran.stdout}${ran.stderr}`).not.toContain('secret-7');
  });

  it('whose sync failed is said to sync again when it gets another config', async () => {
    server.on('GET', /^\/connections\?/u, () => ({
      data: [{ ...connection, state: 'failed' }],
      next_cursor: null,
    }));
    server.on('PATCH', /./u, () => connection);
    const env = { TOKEN: 'new' };
    const ran = await server.run(['configure', id, '--env', 'apiKey=TOKEN'], { env });
    expect(ran).toMatchObject({ status: 0, stdout: `connection ${id} (Mine) is active\n` });
    expect(ran.stderr).toContain('syncs again now');
  });

  it('is deleted without its data at once, and with them when the task is done', async () => {
    server.on('DELETE', /data=keep$/u, () => 204);
    const kept = await server.run(['delete', id, '--data', 'keep', '--yes']);
    expect(kept).toMatchObject({
      status: 0,
      stdout: expect.stringMatching(
        /is deleted; what it brought is kept\n.* --data erase/u,
      ) as unknown,
    });
    let looks = 0;
    server.on('DELETE', /data=erase$/u, () => taskIs('working'));
    server.on('GET', /^\/tasks\//u, () => taskIs(++looks < 2 ? 'working' : 'done'));
    const erased = await server.run(['delete', id, '--data', 'erase', '--yes', '--json']);
    expect(JSON.parse(erased.stdout)).toMatchObject({ state: 'done', affected: 3 });
    expect(looks).toBe(2);
  });

  it('is deleted without its data once its source was told', async () => {
    server.on('DELETE', /data=keep$/u, () => taskIs('working', { kind: 'remove' }));
    server.on('GET', /^\/tasks\//u, () => taskIs('done', { kind: 'remove' }));
    const kept = await server.run(['delete', id, '--data', 'keep', '--yes']);
    expect(kept.stdout).toContain('is deleted; what it brought is kept');
    const begun = await server.run(['delete', id, '--data', 'keep', '--yes', '--no-wait']);
    expect(begun.stdout).toContain('remove working');
  });

  it('is not deleted without consent, nor without a word about its data', async () => {
    expect(await server.run(['delete', id, '--data', 'erase'])).toMatchObject({ status: 64 });
    const silent = await server.run(['delete', id, '--yes']);
    expect(silent.stderr).toContain('--data keep or --data erase');
    expect(silent.status).toBe(64);
    expect(server.asked.filter(({ method }) => method === 'DELETE')).toEqual([]);
  });

  it('that is gone is listed, exported and erased by its id or its name', async () => {
    const gone = { id: 'c-gone', plugin_id: 'com.example.a', name: 'Old', deleted_at: 'then' };
    server.on('GET', /^\/deleted-connections/u, () => ({ data: [gone], next_cursor: null }));
    server.on('GET', /export$/u, () => ({ data: [], next_cursor: null }));
    server.on('GET', /tasks\?/u, () => ({ data: [taskIs('done')], next_cursor: null }));
    server.on('DELETE', /./u, () => taskIs('done'));
    server.on('GET', /^\/tasks\//u, () => taskIs('done'));
    expect((await server.run(['connections', '--deleted'])).stdout).toMatch(/c-gone .*Old +then/u);
    for (const args of [
      ['export', 'Old'],
      ['tasks', 'c-gone'],
      ['delete', 'Old', '--data', 'erase', '--yes'],
    ])
      expect([args, (await server.run(args)).status]).toEqual([args, 0]);
    for (const args of [
      ['sync', 'Old'],
      ['delete', 'Old', '--data', 'keep', '--yes'],
      ['export', 'never was'],
    ])
      expect([args, (await server.run(args)).status]).toEqual([args, 66]);
    const paths = asked().map(({ path }) => path);
    expect(paths).toContain('/connections/c-gone/export');
    expect(paths).toContain('/connections/c-gone?data=erase');
  });

  it('whose erasure fails ends the command with the reason', async () => {
    const error = { code: 'etl.unknown_connection', message: 'etl does not know it' };
    server.on('DELETE', /./u, () => taskIs('working'));
    server.on('GET', /^\/tasks\//u, () => taskIs('failed', { error }));
    const ran = await server.run(['delete', id, '--data', 'erase', '--yes']);
    expect(ran.status).toBe(1);
    expect(ran.stderr).toMatch(/has failed \(etl\.unknown_connection\)\n {2}etl does not know it/u);
  });

  it('is mapped again, and its run followed', async () => {
    const run = { id: 'r1', state: 'completed', counts: { items: 7, updated: 2 } };
    server.on('POST', /remap$/u, () => ({ run: { id: 'r1', state: 'queued' } }));
    server.on('GET', /^\/runs\/r1$/u, () => run);
    const ran = await server.run(['remap', id]);
    expect(ran).toMatchObject({ status: 0, stdout: 'run r1: completed, 7 items, 2 updated\n' });
  });

  it('tells where to sign in', async () => {
    const address = 'https://login.example.com/authorize?state=s';
    server.on('POST', /authorize$/u, () => ({ authorization_url: address }));
    expect(await server.run(['authorize', id])).toMatchObject({
      status: 0,
      stdout: `${address}\n`,
      stderr: expect.stringContaining('in a browser') as unknown,
    });
    server.on('POST', /authorize$/u, () => ({ authorization_url: null }));
    expect(await server.run(['authorize', id])).toMatchObject({ status: 0, stdout: '' });
  });
});

describe('a run', () => {
  it('is ended by a person who names it', async () => {
    const run = { id: 'r1', state: 'cancelled', kind: 'remap', counts: { items: 1 } };
    server.on('POST', /^\/runs\/r1\/cancel$/u, () => run);
    expect(await server.run(['runs', '--run', 'r1', '--cancel'])).toMatchObject({
      status: 0,
      stdout: 'run r1: remap cancelled, 1 item\n',
    });
    expect((await server.run(['runs', id, '--cancel'])).status).toBe(64);
  });

  it('that was cancelled is not waited for', async () => {
    const run = { id: 'r1', state: 'cancelled', kind: 'sync', counts: { items: 0 } };
    server.on('POST', /sync$/u, () => ({ run: { ...run, state: 'queued' } }));
    server.on('GET', /^\/runs\/r1$/u, () => run);
    const ran = await server.run(['sync', id]);
    expect(ran).toMatchObject({ status: 1 });
    expect(ran.stderr).toContain('the run was cancelled');
  });
});

describe('quarantine', () => {
  it('is listed with reasons', async () => {
    const item = { id: 'q1', type: 'person', external_id: '17', created_at: 'now', reason: 'no' };
    server.on('GET', /quarantine/u, () => ({ data: [item], next_cursor: null }));
    expect((await server.run(['quarantine', 'list', id])).stdout).toMatch(
      /q1 +person +17 +now +no/u,
    );
  });

  it('is tried again, and its task followed', async () => {
    server.on('POST', /replay$/u, () => taskIs('working', { kind: 'replay' }));
    server.on('GET', /^\/tasks\//u, () => taskIs('done', { kind: 'replay', refused: 2 }));
    const ran = await server.run(['quarantine', 'replay', id, '--id', 'q1', 'q2']);
    expect(ran.stdout).toBe(`task ${task}: replay done, 3 changed, 2 refused\n`);
    expect(asked()[0]?.body).toEqual({ ids: ['q1', 'q2'] });
  });

  it('is dropped as a whole only when somebody says so', async () => {
    server.on('POST', /drop$/u, () => ({ dropped: 3 }));
    expect((await server.run(['quarantine', 'drop', id, '--yes'])).status).toBe(64);
    expect((await server.run(['quarantine', 'drop', id, '--all'])).status).toBe(64);
    expect(asked()).toEqual([]);
    const dropped = await server.run(['quarantine', 'drop', id, '--all', '--yes']);
    expect(dropped).toMatchObject({ status: 0, stdout: '3 dropped\n' });
    expect(asked()[0]?.body).toEqual({});
  });
});

describe('checkpoints', () => {
  const page = {
    data: [
      {
        epoch: 12,
        saved_at: 'now',
        size_bytes: 20,
        run_id: 'r',
        is_current: true,
        state: { state: { page: 7 }, partial: true },
      },
    ],
    next_cursor: null,
  };

  it('are listed, and gone back to', async () => {
    server.on('GET', /checkpoints$/u, () => page);
    server.on('POST', /rewind$/u, () => page);
    expect((await server.run(['checkpoints', 'list', id])).stdout).toMatch(
      /12 .*from here +\{"page":7\}\n/u,
    );
    expect((await server.run(['checkpoints', 'rewind', id, '--to', '12'])).status).toBe(0);
    const started = await server.run(['checkpoints', 'rewind', id, '--start']);
    expect(started.stdout).toContain('is a full pass');
    expect(started.stdout).toContain(`made-open sync ${id}`);
    expect(asked().map(({ body }) => body)).toEqual([undefined, { epoch: 12 }, { epoch: 0 }]);
    expect((await server.run(['checkpoints', 'rewind', id])).status).toBe(64);
  });
});

describe('tasks', () => {
  it('are listed, and one is shown when its connection is gone', async () => {
    server.on('GET', /\/tasks\?/u, () => ({ data: [taskIs('done')], next_cursor: null }));
    server.on('GET', /^\/tasks\//u, () => taskIs('done'));
    expect((await server.run(['tasks', id])).stdout).toMatch(/delete +done +3/u);
    expect((await server.run(['tasks', '--task', task])).stdout).toContain(
      'delete done, 3 changed',
    );
  });

  it('are done once more, or ended', async () => {
    const other = '00000000-0000-4000-8000-000000000001';
    server.on('POST', /retry$/u, () => taskIs('working', { id: other }));
    server.on('GET', new RegExp(`/tasks/${other}$`, 'u'), () => taskIs('done', { id: other }));
    server.on('POST', /cancel$/u, () => taskIs('failed', { error: { code: 'a.b', message: '' } }));
    const retried = await server.run(['tasks', '--task', task, '--retry', '--wait']);
    expect(retried).toMatchObject({ status: 0, stdout: `task ${other}: delete done, 3 changed\n` });
    expect((await server.run(['tasks', '--task', task, '--cancel'])).status).toBe(0);
    expect((await server.run(['tasks', '--task', task, '--cancel', '--retry'])).status).toBe(64);
    expect((await server.run(['tasks', id, '--cancel'])).status).toBe(64);
    expect(asked().map(({ method, path }) => `${method} ${path}`)).toEqual([
      `POST /tasks/${task}/retry`,
      `GET /tasks/${other}`,
      `POST /tasks/${task}/cancel`,
    ]);
  });

  it('decide on a sweep when somebody says how', async () => {
    server.on('POST', /sweep$/u, () => taskIs('working', { kind: 'sweep' }));
    expect((await server.run(['sweep', id])).status).toBe(64);
    expect((await server.run(['sweep', id, '--keep', '--carry-out'])).status).toBe(64);
    const silent = await server.run(['sweep', id, '--carry-out', '--no-wait']);
    expect(silent).toMatchObject({ status: 64 });
    expect(silent.stderr).toContain('--yes');
    expect(asked()).toEqual([]);
    expect((await server.run(['sweep', id, '--carry-out', '--yes', '--no-wait'])).status).toBe(0);
    expect((await server.run(['sweep', id, '--keep', '--no-wait'])).status).toBe(0);
    expect(asked().map(({ body }) => body)).toEqual([{ carry_out: true }, { carry_out: false }]);
  });
});
