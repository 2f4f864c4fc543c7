import { RemoteError } from '@made-open/bus';
import { MemoryLogger } from '../../test/platform/memory-parts.ts';
import { MemoryAuditLog } from '../audit/memory-audit-log.ts';
import { MemoryTaskStore } from './memory-task-store.ts';
import { TaskLoop, type StepResult } from './task-loop.ts';
import type { Task } from './task.ts';

const wanted = { connectionId: 'c1', kind: 'replay', who: 'k1' } as const;

function loopOf(step: (task: Task) => Promise<StepResult>) {
  const audit = new MemoryAuditLog();
  const store = new MemoryTaskStore(audit, () => Promise.resolve(true));
  const steps = { sweep: step, keep: step, replay: step, delete: step, remove: step };
  const loop = new TaskLoop({ store, steps, logger: new MemoryLogger() });
  const run = async (): Promise<Task | undefined> => {
    const task = await store.add(wanted);
    loop.kick();
    await new Promise((resolve) => setImmediate(resolve));
    await loop.stop();
    return store.find(task?.id ?? '');
  };
  /** One that has failed so often in a row. */
  const runFaulty = async (faults: number): Promise<Task | undefined> => {
    const task = await store.add({ ...wanted, heldMs: 60_000 });
    if (task !== undefined) await store.save(task, { ...task, faults });
    loop.kick();
    await new Promise((resolve) => setImmediate(resolve));
    await loop.stop();
    return store.find(task?.id ?? '');
  };
  return { run, runFaulty, audit };
}

describe('TaskLoop', () => {
  it('goes on from step to step, adds up what they did, and notes the end', async () => {
    const cursors: string[] = [];
    const { run, audit } = loopOf(({ cursor }) => {
      cursors.push(cursor);
      const isDone = cursors.length === 3;
      return Promise.resolve({
        isDone,
        affected: 2,
        refused: 1,
        cursor: String(cursors.length),
      });
    });
    expect(await run()).toMatchObject({ state: 'done', affected: 6, refused: 3, error: undefined });
    expect(cursors).toEqual(['', '1', '2']);
    const { data } = await audit.list({ limit: 9, after: undefined });
    expect(data).toMatchObject([
      { who: 'k1', action: 'connection.replay', target: 'c1: 6', outcome: 'done' },
    ]);
  });

  it('waits with one whose step failed and may do better later, and says why', async () => {
    const { run } = loopOf(() =>
      Promise.reject(new RemoteError('bus.call_timeout', 'no answer', 'later')),
    );
    expect(await run()).toMatchObject({
      state: 'working',
      attempts: 1,
      faults: 1,
      error: { code: 'bus.call_timeout' },
    });
  });

  it('gives up one whose step failed too often in a row, which a good step ends', async () => {
    const away = () => Promise.reject(new RemoteError('bus.call_timeout', 'no answer', 'later'));
    expect(await loopOf(away).runFaulty(98)).toMatchObject({ state: 'working', faults: 99 });
    const last = loopOf(away);
    expect(await last.runFaulty(99)).toMatchObject({
      state: 'failed',
      error: { code: 'bus.call_timeout' },
    });
    expect((await last.audit.list({ limit: 9, after: undefined })).data).toMatchObject([
      { outcome: 'failed: bus.call_timeout' },
    ]);
    const good = () => Promise.resolve({ isDone: true, affected: 1 });
    expect(await loopOf(good).runFaulty(99)).toMatchObject({ state: 'done', faults: 0 });
  });

  it('gives up one whose step can never work', async () => {
    const { run, audit } = loopOf(() =>
      Promise.reject(new RemoteError('etl.wrong', 'why', 'never')),
    );
    expect(await run()).toMatchObject({
      state: 'failed',
      error: { code: 'etl.wrong', message: 'why' },
    });
    const { data } = await audit.list({ limit: 9, after: undefined });
    expect(data).toMatchObject([{ outcome: 'failed: etl.wrong' }]);
  });
});
