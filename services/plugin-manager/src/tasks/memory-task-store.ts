import { randomUUID } from 'node:crypto';
import { numericKey, pageOf, type Page, type PageRequest } from '../page.ts';
import type { AuditLog } from '../audit/audit-log.ts';
import {
  TaskStore,
  type Attempt,
  type NewTask,
  type SaveOptions,
  type Task,
  type TaskChange,
  type TaskError,
} from './task.ts';

/** Tasks in memory, for tests. */
export class MemoryTaskStore extends TaskStore {
  readonly #tasks: { task: Task; freeAtMs: number }[] = [];
  readonly #audit: Pick<AuditLog, 'append'>;
  readonly #isThere: (task: NewTask) => Promise<boolean>;

  constructor(audit: Pick<AuditLog, 'append'>, isThere: (task: NewTask) => Promise<boolean>) {
    super();
    this.#audit = audit;
    this.#isThere = isThere;
  }

  override async add(wanted: NewTask): Promise<Task | undefined> {
    const { ids = [], runId, cursor = '', heldMs = 0, ...task } = wanted;
    if (!(await this.#isThere(wanted))) return undefined;
    const isBusy = this.#tasks.some(
      ({ task: { connectionId, state } }) =>
        connectionId === task.connectionId && state === 'working',
    );
    if (isBusy) return undefined;
    const now = new Date();
    const added: Task = {
      ...task,
      ids,
      runId,
      id: randomUUID(),
      state: 'working',
      attempts: heldMs > 0 ? 1 : 0,
      faults: 0,
      cursor,
      affected: 0,
      refused: 0,
      error: undefined,
      createdAt: now,
      updatedAt: now,
    };
    this.#tasks.push({ task: added, freeAtMs: Date.now() + heldMs });
    return added;
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

  override async save(
    { id, attempts }: Attempt,
    change: TaskChange,
    { pauseMs = 0, note }: SaveOptions = {},
  ): Promise<boolean> {
    const entry = this.#open(id);
    if (entry?.task.attempts !== attempts) return false;
    entry.task = { ...entry.task, ...change, updatedAt: new Date() };
    entry.freeAtMs = Date.now() + pauseMs;
    if (note !== undefined) await this.#audit.append(note, note.outcome);
    return true;
  }

  override cancel(id: string, error: TaskError): Promise<Task | undefined> {
    const entry = this.#open(id);
    if (entry === undefined) return Promise.resolve(undefined);
    entry.task = { ...entry.task, state: 'failed', error, updatedAt: new Date() };
    return Promise.resolve(entry.task);
  }

  #open(id: string): { task: Task; freeAtMs: number } | undefined {
    return this.#tasks.find(({ task }) => task.id === id && task.state === 'working');
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
