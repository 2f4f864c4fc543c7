import { RemoteError } from '@made-open/bus';
import { MemoryLogger } from '../../test/memory-parts.ts';
import { MemoryAuditLog } from '../audit/memory-audit-log.ts';
import { MemoryTaskStore } from './memory-task-store.ts';
import { TaskLoop, type StepResult } from './task-loop.ts';
import type { Task } from './task.ts';

const wanted = { connectionId: 'c1', kind: 'replay', who: 'k1' } as const;

function loopOf(step: (task: Task) => Promise<StepResult>) {
  const store = new MemoryTaskStore();
  const audit = new MemoryAuditLog();
  const steps = { sweep: step, keep: step, replay: step, delete: step };
  const loop = new TaskLoop({ store, steps, audit, logger: new MemoryLogger() });
  const run = async (): Promise<Task | undefined> => {
    const task = await store.add(wanted);
    loop.kick();
    await new Promise((resolve) => setImmediate(resolve));
    await loop.stop();
    return store.find(task?.id ?? '');
  };
  return { run, audit };
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

  it('waits with one whose step failed for now, and says why', async () => {
    const { run } = loopOf(() =>
      Promise.reject(new RemoteError('bus.call_timeout', 'no answer', 'later')),
    );
    expect(await run()).toMatchObject({
      state: 'working',
      attempts: 1,
      error: { code: 'bus.call_timeout' },
    });
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
