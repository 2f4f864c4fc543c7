import type { AuditLog } from '../../src/audit/audit-log.ts';
import { RequestError } from '../../src/errors.ts';
import type { KeyStore } from '../../src/keys/key-store.ts';
import type { RunLogStore } from '../../src/runs/run-log-store.ts';
import type { TaskStore } from '../../src/tasks/task.ts';

/** What every AuditLog does. */
export function auditLogContract(make: () => AuditLog): void {
  it('notes how an action ended, newest first', async () => {
    const audit = make();
    const action = { who: 'k1', action: 'plugin.push', target: 'a' };
    await audit.record(
      action,
      () => Promise.resolve(7),
      (made) => `a ${String(made)}`,
    );
    const refused = () => Promise.reject(new RequestError('plugin.wrong', 422, 'with a secret'));
    await expect(audit.record({ ...action, target: 'b' }, refused)).rejects.toThrow(
      'with a secret',
    );
    await audit.append({ ...action, target: 'c' }, 'started');
    const page = await audit.list({ limit: 2, after: undefined });
    expect(page.data.map(({ target, outcome }) => [target, outcome])).toEqual([
      ['c', 'started'],
      ['b', 'failed: plugin.wrong'],
    ]);
    const rest = await audit.list({ limit: 2, after: page.next });
    expect(rest.data).toMatchObject([{ who: 'k1', target: 'a 7', outcome: 'done' }]);
    expect(rest.next).toBeUndefined();
  });

  it('carries out nothing that it cannot note', async () => {
    const audit = make();
    audit.append = () => Promise.reject(new Error('the disk is full'));
    let isDone = false;
    const work = () => {
      isDone = true;
      return Promise.resolve();
    };
    await expect(audit.record({ who: '', action: '', target: '' }, work)).rejects.toThrow('disk');
    expect(isDone).toBe(false);
  });
}

/** What every TaskStore does. */
export function taskStoreContract(make: () => TaskStore): void {
  const wanted = { connectionId: 'c1', kind: 'replay', who: 'k1' } as const;
  const progress = { cursor: 'next', affected: 2, refused: 1, error: undefined };

  it('lets one thing at a time go on for a connection', async () => {
    const tasks = make();
    const first = await tasks.add(wanted);
    expect(first).toMatchObject({ ...wanted, state: 'working', ids: [], affected: 0 });
    expect(await tasks.add({ ...wanted, kind: 'sweep' })).toBeUndefined();
    expect(await tasks.add({ ...wanted, connectionId: 'c2' })).toBeDefined();
    await tasks.save(first?.id ?? '', { ...progress, state: 'done' }, 0);
    expect(await tasks.add({ ...wanted, kind: 'sweep', runId: 'r1' })).toBeDefined();
  });

  it('gives a task to one worker for a time, and again when that is over', async () => {
    const tasks = make();
    const added = await tasks.add({ ...wanted, ids: ['a', 'b'] });
    expect(await tasks.claim(60_000)).toMatchObject({
      id: added?.id,
      ids: ['a', 'b'],
      attempts: 1,
    });
    expect(await tasks.claim(60_000)).toBeUndefined();
    await tasks.save(added?.id ?? '', { ...progress, state: 'working' }, 0);
    expect(await tasks.claim(0)).toMatchObject({ ...progress, attempts: 2 });
    expect(await tasks.claim(60_000)).toMatchObject({ attempts: 3 });
    const error = { code: 'etl.wrong', message: 'why' };
    await tasks.save(added?.id ?? '', { ...progress, state: 'failed', error }, 0);
    expect(await tasks.claim(60_000)).toBeUndefined();
    expect(await tasks.find(added?.id ?? '')).toMatchObject({ state: 'failed', error });
  });

  it('gives pages of a connection, newest first, and the newest about a run', async () => {
    const tasks = make();
    for (const runId of ['r1', 'r2', 'r2']) {
      const added = await tasks.add({ ...wanted, runId });
      await tasks.save(added?.id ?? '', { ...progress, state: 'done' }, 0);
    }
    const page = await tasks.list('c1', { limit: 2, after: undefined });
    expect(page.data.map(({ runId }) => runId)).toEqual(['r2', 'r2']);
    const rest = await tasks.list('c1', { limit: 2, after: page.next });
    expect(rest).toMatchObject({ data: [{ runId: 'r1' }], next: undefined });
    expect((await tasks.ofRun('r2'))?.id).toBe(page.data[0]?.id);
    expect(await tasks.ofRun('r9')).toBeUndefined();
    expect(await tasks.find('no-uuid')).toBeUndefined();
  });
}

/** What every KeyStore does. */
export function keyStoreContract(make: () => KeyStore): void {
  const key = {
    hash: 'h',
    name: 'a key',
    kind: 'admin' as const,
    scopes: ['admin:runs:read'],
    spaceId: 'default',
    expiresAt: new Date('2027-01-01T00:00:00Z'),
  };

  it('keeps keys by id and forgets the removed', async () => {
    const keys = make();
    for (const id of ['b', 'a', 'c']) await keys.add({ ...key, id });
    expect(await keys.find('a')).toMatchObject({ ...key, id: 'a', lastUsedAt: undefined });
    const at = new Date('2026-11-21T06:00:00Z');
    await keys.used('a', at);
    expect((await keys.find('a'))?.lastUsedAt).toEqual(at);
    const page = await keys.list({ limit: 2, after: undefined });
    expect(page.data.map(({ id }) => id)).toEqual(['a', 'b']);
    const rest = await keys.list({ limit: 2, after: page.next });
    expect(rest.data.map(({ id }) => id)).toEqual(['c']);
    await keys.remove('b');
    expect(await keys.find('b')).toBeUndefined();
  });
}

/** What every RunLogStore does. */
export function runLogStoreContract(make: () => RunLogStore): void {
  const line = (message: string, at: string) => ({
    at: new Date(at),
    level: 'info',
    message,
    fields: '{"n":1}',
  });

  it('keeps the order in which lines came, by run, until they are too old', async () => {
    const logs = make();
    const old = line('old', '2026-01-01T00:00:00Z');
    const lines = [line('b', '2026-11-21T06:00:02Z'), line('a', '2026-11-21T06:00:01Z'), old];
    await logs.append({ runId: 'r1', connectionId: 'c1', lines });
    await logs.append({ runId: 'r2', connectionId: 'c1', lines: [old] });
    const page = await logs.list('r1', { limit: 2, after: undefined });
    expect(page.data.map(({ message }) => message)).toEqual(['b', 'a']);
    const rest = await logs.list('r1', { limit: 2, after: page.next });
    expect(rest.data).toEqual([old]);
    await logs.removeOlderThan(new Date('2026-11-01T00:00:00Z'));
    expect(await logs.size('r1')).toEqual({ lines: 2, bytes: 16 });
    expect(await logs.size('r2')).toEqual({ lines: 0, bytes: 0 });
  });

  it('counts bytes, and can drop the oldest lines of a connection that has too many', async () => {
    const logs = make();
    const at = '2026-11-21T06:00:00Z';
    const add = (runId: string, connectionId: string, message: string) =>
      logs.append({ runId, connectionId, lines: [line(message, at)] });
    await add('r1', 'c1', 'ä'.repeat(20));
    await add('r2', 'c1', 'b'.repeat(20));
    await add('r3', 'c1', 'c'.repeat(20));
    await add('r4', 'c2', 'd'.repeat(20));
    expect(await logs.size('r1')).toEqual({ lines: 1, bytes: 47 });
    await logs.removeBeyond(60);
    const kept = await Promise.all(['r1', 'r2', 'r3', 'r4'].map((runId) => logs.size(runId)));
    expect(kept.map(({ lines }) => lines)).toEqual([0, 1, 1, 1]);
  });
}
