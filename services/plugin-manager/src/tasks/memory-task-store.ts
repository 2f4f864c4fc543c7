import { randomUUID } from 'node:crypto';
import { numericKey, pageOf, type Page, type PageRequest } from '../page.ts';
import { TaskStore, type NewTask, type Task, type TaskChange } from './task.ts';

/** Tasks in memory, for tests. */
export class MemoryTaskStore extends TaskStore {
  readonly #tasks: { task: Task; freeAtMs: number }[] = [];

  override add({ ids = [], runId, ...task }: NewTask): Promise<Task | undefined> {
    const isBusy = this.#tasks.some(
      ({ task: { connectionId, state } }) =>
        connectionId === task.connectionId && state === 'working',
    );
    if (isBusy) return Promise.resolve(undefined);
    const now = new Date();
    const added: Task = {
      ...task,
      ids,
      runId,
      id: randomUUID(),
      state: 'working',
      attempts: 0,
      cursor: '',
      affected: 0,
      refused: 0,
      error: undefined,
      createdAt: now,
      updatedAt: now,
    };
    this.#tasks.push({ task: added, freeAtMs: 0 });
    return Promise.resolve(added);
  }

  override claim(forMs: number): Promise<Task | undefined> {
    const entry = this.#tasks.find(
      ({ task, freeAtMs }) => task.state === 'working' && freeAtMs <= Date.now(),
    );
    if (entry === undefined) return Promise.resolve(undefined);
    entry.freeAtMs = Date.now() + forMs;
    entry.task = { ...entry.task, attempts: entry.task.attempts + 1 };
    return Promise.resolve(entry.task);
  }

  override save(id: string, change: TaskChange, pauseMs: number): Promise<void> {
    for (const entry of this.#tasks)
      if (entry.task.id === id) {
        entry.task = { ...entry.task, ...change, updatedAt: new Date() };
        entry.freeAtMs = Date.now() + pauseMs;
      }
    return Promise.resolve();
  }

  override find(id: string): Promise<Task | undefined> {
    return Promise.resolve(this.#tasks.find(({ task }) => task.id === id)?.task);
  }

  override list(connectionId: string, page: PageRequest): Promise<Page<Task>> {
    const after = Number(numericKey(page) ?? Infinity);
    const rows = this.#tasks
      .map(({ task }, position) => ({ task, position }))
      .filter(({ task, position }) => task.connectionId === connectionId && position < after)
      .toReversed();
    const { data, next } = pageOf(rows, page.limit, ({ position }) => String(position));
    return Promise.resolve({ data: data.map(({ task }) => task), next });
  }

  override ofRun(runId: string): Promise<Task | undefined> {
    return Promise.resolve(this.#tasks.findLast(({ task }) => task.runId === runId)?.task);
  }
}
