import type { AuditLog } from '../../src/audit/audit-log.ts';
import { RequestError } from '../../src/errors.ts';
import type { KeyStore } from '../../src/keys/key-store.ts';
import type { RunLogStore } from '../../src/runs/logs/run-log-store.ts';
import type { Task, TaskStore } from '../../src/tasks/task.ts';

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
export function taskStoreContract(
  make: () => {
    readonly tasks: TaskStore;
    readonly audit: AuditLog;
    readonly connect: (id: string) => Promise<void>;
    readonly disconnect: (id: string) => Promise<void>;
  },
): void {
  const wanted = { connectionId: 'c1', kind: 'replay', who: 'k1' } as const;
  const progress = { cursor: 'next', affected: 2, refused: 1, faults: 0, error: undefined };
  let subject: ReturnType<typeof make>;
  let tasks: TaskStore;

  beforeEach(async () => {
    subject = make();
    ({ tasks } = subject);
    for (const id of ['c1', 'c2']) await subject.connect(id);
  });

  /** Adds a task that somebody works on. */
  async function claimed(of: { runId?: string } = {}): Promise<Task> {
    const task = await tasks.add({ ...wanted, ...of, heldMs: 60_000 });
    if (task === undefined) throw new Error('something goes on already');
    return task;
  }

  it('lets one thing at a time go on for a connection', async () => {
    const first = await claimed();
    expect(first).toMatchObject({ ...wanted, state: 'working', ids: [], affected: 0 });
    expect(await tasks.add({ ...wanted, kind: 'sweep' })).toBeUndefined();
    expect(await tasks.add({ ...wanted, connectionId: 'c2', cursor: 'p2' })).toMatchObject({
      cursor: 'p2',
      attempts: 0,
    });
    expect(await tasks.save(first, { ...progress, state: 'done' })).toBe(true);
    expect(await tasks.add({ ...wanted, kind: 'sweep', runId: 'r1' })).toBeDefined();
  });

  it('lets nothing go on for a connection that is gone', async () => {
    await subject.disconnect('c1');
    expect(await tasks.add(wanted)).toBeUndefined();
    expect((await tasks.list('c1', { limit: 9, after: undefined })).data).toEqual([]);
  });

  it('gives a task to one worker for a time, and again when that is over', async () => {
    const added = await tasks.add({ ...wanted, ids: ['a', 'b'] });
    const first = await tasks.claim(60_000);
    expect(first).toMatchObject({ id: added?.id, ids: ['a', 'b'], attempts: 1 });
    expect(await tasks.claim(60_000)).toBeUndefined();
    if (first === undefined) throw new Error('it was not claimed');
    await tasks.save(first, { ...progress, faults: 3, state: 'working' });
    const second = await tasks.claim(0);
    expect(second).toMatchObject({ ...progress, faults: 3, attempts: 2 });
    const third = await tasks.claim(60_000);
    expect(third).toMatchObject({ attempts: 3 });
    // Whoever took too long has nothing to say any more.
    if (second === undefined || third === undefined) throw new Error('it was not claimed');
    expect(await tasks.save(second, { ...progress, state: 'done' })).toBe(false);
    const error = { code: 'etl.wrong', message: 'why' };
    await tasks.save(third, { ...progress, state: 'failed', error });
    expect(await tasks.claim(60_000)).toBeUndefined();
    expect(await tasks.find(third.id)).toMatchObject({ state: 'failed', error });
  });

  it('belongs to who added it, for as long as it wants', async () => {
    const added = await claimed();
    expect(added.attempts).toBe(1);
    expect(await tasks.claim(60_000)).toBeUndefined();
    await tasks.save(added, { ...progress, state: 'working' });
    expect(await tasks.claim(60_000)).toMatchObject({ id: added.id, attempts: 2 });
  });

  it('notes the end in the audit together with it, or not at all', async () => {
    const { audit } = subject;
    const task = await claimed();
    const note = { who: 'k1', action: 'connection.replay', target: 'c1: 2', outcome: 'done' };
    await tasks.save(task, { ...progress, state: 'done' }, { note });
    expect(await tasks.save(task, { ...progress, state: 'done' }, { note })).toBe(false);
    const { data } = await audit.list({ limit: 9, after: undefined });
    expect(
      data.map(({ who, action, target, outcome }) => ({ who, action, target, outcome })),
    ).toEqual([note]);
  });

  it('ends a task that somebody works on', async () => {
    const task = await claimed();
    const error = { code: 'task.cancelled', message: 'why' };
    expect(await tasks.cancel(task.id, error)).toMatchObject({ state: 'failed', error });
    expect(await tasks.cancel(task.id, error)).toBeUndefined();
    expect(await tasks.save(task, { ...progress, state: 'working' })).toBe(false);
    expect(await tasks.find(task.id)).toMatchObject({ state: 'failed', affected: 0 });
    expect(await tasks.add(wanted)).toBeDefined();
  });

  it('gives pages of a connection, newest first, and the newest about a run', async () => {
    for (const runId of ['r1', 'r2', 'r2'])
      await tasks.save(await claimed({ runId }), { ...progress, state: 'done' });
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

  it('lists the lines of a connection, whatever run or call they come from, the newest first', async () => {
    const logs = make();
    const lineOf = (message: string) => line(message, '2026-11-21T06:00:00Z');
    await logs.append({ runId: 'r1', connectionId: 'c1', lines: [lineOf('a'), lineOf('b')] });
    await logs.append({ runId: 'other', connectionId: 'c2', lines: [lineOf('x')] });
    await logs.append({ runId: 'call', connectionId: 'c1', lines: [lineOf('c')] });
    const page = await logs.listOf('c1', { limit: 2, after: undefined });
    expect(page.data).toEqual([
      { ...lineOf('c'), runId: 'call' },
      { ...lineOf('b'), runId: 'r1' },
    ]);
    const rest = await logs.listOf('c1', { limit: 2, after: page.next });
    expect([rest.data.map(({ message }) => message), rest.next]).toEqual([['a'], undefined]);
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
