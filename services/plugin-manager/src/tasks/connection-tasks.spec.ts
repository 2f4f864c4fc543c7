import { create } from '@bufbuild/protobuf';
import { SubscriptionSchema } from '@made-open/contracts';
import { aConnection } from '../../test/contracts/connection-store.contract.ts';
import { aVersion } from '../../test/contracts/plugin-store.contract.ts';
import { memoryParts } from '../../test/platform/memory-parts.ts';
import { ChangeConnection } from '../connections/change-connection.ts';
import { ConnectionTasks } from './connection-tasks.ts';
import type { Task, TaskState } from './task.ts';
import { taskSteps } from './task-steps.ts';

const newest = { limit: 9, after: undefined };
const error = { code: 'etl.wrong', message: 'why' };

async function setUp() {
  const parts = memoryParts();
  const changes = new ChangeConnection(parts.plugins, parts.connections, parts.vault);
  await parts.plugins.add(aVersion());
  await parts.connections.add(aConnection());
  const made = new ConnectionTasks({ ...parts, taskLoop: { kick: () => undefined } }, changes);
  const end = async (state: TaskState): Promise<void> => {
    const task = await parts.tasks.claim(60_000);
    if (task === undefined) throw new Error('nothing goes on');
    await parts.tasks.save(task, { ...task, cursor: 'p7', state, error });
  };
  const steps = taskSteps(parts.runs, { ...parts, changes });
  return { ...parts, changes, made, end, steps };
}

describe('ConnectionTasks', () => {
  it('removes a connection while nothing else can begin for it', async () => {
    const { made, vault, tasks, connections } = await setUp();
    const remove = vault.remove.bind(vault);
    let meanwhile: unknown;
    vault.remove = async (owner) => {
      meanwhile = await made.delete('c1', 'k2').catch((fault: unknown) => fault);
      await remove(owner);
    };
    await made.remove('c1', 'k1');
    expect(meanwhile).toMatchObject({ code: 'connection.busy.conflict' });
    expect(await connections.find('c1')).toBeUndefined();
    expect((await tasks.list('c1', newest)).data).toMatchObject([
      { kind: 'remove', state: 'done' },
    ]);
  });

  describe('with a source that was asked to send', () => {
    const subscription = create(SubscriptionSchema, { webhook: 'changes', state: 'active' });

    async function subscribed() {
      const parts = await setUp();
      await parts.changes.change('c1', { config: { apiKey: 'k' } });
      parts.subscriptions.held = [subscription];
      /** Does the step whose time comes next; gives the task as it is then. */
      const step = async (id: string): Promise<Task | undefined> => {
        const task = (await parts.tasks.claim(0)) ?? (await parts.tasks.find(id));
        if (task?.state !== 'working') return task;
        const { isDone, affected, cursor = '' } = await parts.steps[task.kind](task);
        const change = { ...task, affected, cursor, state: isDone ? 'done' : 'working' } as const;
        await parts.tasks.save(task, change);
        return parts.tasks.find(id);
      };
      const isConfigKept = (): boolean => parts.vault.configs.has('c1');
      return { ...parts, step, isConfigKept };
    }

    it.each(['remove', 'delete'] as const)(
      'keeps the config until nothing is left there: %s',
      async (kind) => {
        const { made, step, isConfigKept, subscriptions, connections } = await subscribed();
        const id = (await made[kind]('c1', 'k1'))?.id ?? '';
        expect((await connections.find('c1'))?.connection.isDeleting).toBe(true);
        for (let look = 0; look < 3; look++)
          expect(await step(id)).toMatchObject({ state: 'working' });
        expect(isConfigKept()).toBe(true);
        subscriptions.held = [];
        expect(await step(id)).toMatchObject({ state: 'done' });
        expect(isConfigKept()).toBe(false);
        expect(await connections.find('c1')).toBeUndefined();
        expect((await connections.findDeleted('c1')) !== undefined).toBe(kind === 'remove');
      },
    );

    it.each([
      ['the source', undefined],
      ['the service that knows', new Error('away')],
    ])('waits for a limited time when %s is away', async (_, failure) => {
      const { made, step, isConfigKept, subscriptions } = await subscribed();
      subscriptions.failure = failure;
      const id = (await made.remove('c1', 'k1'))?.id ?? '';
      let looks = 0;
      while ((await step(id))?.state === 'working') looks++;
      expect(looks).toBe(20);
      expect(isConfigKept()).toBe(false);
    });

    it('goes on where it was killed before anything was told', async () => {
      const { tasks, step, isConfigKept, connections, subscriptions } = await subscribed();
      const task = await tasks.add({ connectionId: 'c1', kind: 'remove', who: 'k1' });
      const id = task?.id ?? '';
      expect(await step(id)).toMatchObject({ state: 'working' });
      expect((await connections.find('c1'))?.connection.isDeleting).toBe(true);
      expect(await step(id)).toMatchObject({ state: 'working' });
      expect(isConfigKept()).toBe(true);
      subscriptions.held = [];
      expect(await step(id)).toMatchObject({ state: 'done' });
    });

    it('can be deleted once more, either way, when that failed', async () => {
      const { made, end } = await subscribed();
      await made.remove('c1', 'k1');
      await expect(made.remove('c1', 'k2')).rejects.toMatchObject({
        code: 'connection.busy.conflict',
      });
      await end('failed');
      const replay = { connectionId: 'c1', kind: 'replay', who: 'k1' } as const;
      await expect(made.begin(replay)).rejects.toThrow('DELETE it once more');
      expect(await made.remove('c1', 'k2')).toMatchObject({ kind: 'remove' });
      await end('failed');
      expect(await made.delete('c1', 'k2')).toMatchObject({ kind: 'delete' });
    });
  });

  it('erases what a connection brought after it is gone, and does nothing else for it', async () => {
    const { made, runs, connections, taskLoop, tasks } = await setUp();
    const erased: string[] = [];
    runs.erase = (id, generation) => {
      erased.push(`${id} ${String(generation)}`);
      return Promise.resolve({ isDone: erased.length > 1, erased: 20 });
    };
    await made.remove('c1', 'k1');
    const replay = { connectionId: 'c1', kind: 'replay', who: 'k1' } as const;
    await expect(made.begin(replay)).rejects.toMatchObject({ code: 'connection.not_found' });
    const { id } = await made.delete('c1', 'k1');
    await expect(made.delete('c1', 'k2')).rejects.toMatchObject({
      code: 'connection.busy.conflict',
    });
    taskLoop.kick();
    while ((await tasks.find(id))?.state === 'working') await new Promise(setImmediate);
    await taskLoop.stop();
    expect(await tasks.find(id)).toMatchObject({ state: 'done', affected: 40 });
    expect(erased).toEqual(['c1 2', 'c1 2']);
    expect(await connections.findDeleted('c1')).toBeUndefined();
    await expect(made.delete('c1', 'k2')).rejects.toMatchObject({ code: 'connection.not_found' });
  });

  it('can be asked again to remove a connection when the vault was away', async () => {
    const { made, vault, tasks, connections } = await setUp();
    vault.failure = new Error('away');
    await expect(made.remove('c1', 'k1')).rejects.toThrow('away');
    expect((await tasks.list('c1', newest)).data).toMatchObject([{ state: 'failed' }]);
    await made.remove('c1', 'k1');
    expect(await connections.find('c1')).toBeUndefined();
  });

  it('removes none beside its erasure, and says what to do when that has failed', async () => {
    const { made, end } = await setUp();
    const task = await made.delete('c1', 'k1');
    await expect(made.remove('c1', 'k1')).rejects.toMatchObject({
      code: 'connection.busy.conflict',
    });
    await end('failed');
    await expect(made.remove('c1', 'k1')).rejects.toThrow('?data=erase once more');
    expect(await made.retry(task.id, 'k2')).toMatchObject({ kind: 'delete', who: 'k2' });
  });

  it('tries what failed again from where it stood, and nothing else', async () => {
    const { made, end } = await setUp();
    const ids = ['a'];
    const task = await made.begin({ connectionId: 'c1', kind: 'replay', ids, who: 'k1' });
    await expect(made.retry(task.id, 'k2')).rejects.toMatchObject({
      code: 'task.not_failed.conflict',
    });
    await end('failed');
    expect(await made.retry(task.id, 'k2')).toMatchObject({
      kind: 'replay',
      state: 'working',
      ids,
      cursor: 'p7',
      who: 'k2',
    });
    await expect(made.retry(task.id, 'k2')).rejects.toMatchObject({
      code: 'connection.busy.conflict',
    });
  });

  it('tries the decision on a sweep again for the run that it was made on', async () => {
    const { made, end } = await setUp();
    const decision = { connectionId: 'c1', kind: 'sweep', runId: 'r1', who: 'k1' } as const;
    const task = await made.begin(decision);
    await end('failed');
    expect(await made.retry(task.id, 'k2')).toMatchObject({ kind: 'sweep', runId: 'r1' });
  });

  it('lets nothing but the erasure go on once that has begun', async () => {
    const { made, end, vault } = await setUp();
    vault.failure = new Error('away');
    await expect(made.remove('c1', 'k1')).rejects.toThrow('away');
    const { data } = await made.list('c1', newest);
    vault.failure = undefined;
    await made.delete('c1', 'k1');
    await end('failed');
    await expect(made.retry(data[0]?.id ?? '', 'k2')).rejects.toThrow('?data=erase once more');
    const replay = { connectionId: 'c1', kind: 'replay', who: 'k1' } as const;
    await expect(made.begin(replay)).rejects.toMatchObject({
      code: 'connection.deleting.conflict',
    });
    expect(await made.delete('c1', 'k2')).toMatchObject({ kind: 'delete' });
  });

  it('stops no removal, as that goes on all the same', async () => {
    const { made, tasks } = await setUp();
    const task = await tasks.add({ connectionId: 'c1', kind: 'remove', who: 'k1', heldMs: 60_000 });
    await expect(made.cancel(task?.id ?? '')).rejects.toMatchObject({
      code: 'task.removes.conflict',
    });
  });

  it('ends what goes on, once', async () => {
    const { made } = await setUp();
    const task = await made.delete('c1', 'k1');
    expect(await made.cancel(task.id)).toMatchObject({
      state: 'failed',
      error: { code: 'task.cancelled' },
    });
    await expect(made.cancel(task.id)).rejects.toMatchObject({
      code: 'task.not_working.conflict',
    });
    await expect(made.cancel('none')).rejects.toMatchObject({ status: 404 });
  });
});
