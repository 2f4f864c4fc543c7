import { describeError } from '@made-open/bus';
import type { Logger } from '@made-open/nest';
import type { SaveOptions, Task, TaskKind, TaskStore } from './task.ts';

/** What one step of a task came to. */
export interface StepResult {
  readonly isDone: boolean;
  readonly affected: number;
  readonly refused?: number;
  /** Where the next step begins. */
  readonly cursor?: string;
  /** It begins no sooner. */
  readonly pauseMs?: number;
}

export type TaskSteps = Readonly<Record<TaskKind, (task: Task) => Promise<StepResult>>>;

export interface TaskLoopParts {
  readonly store: TaskStore;
  readonly steps: TaskSteps;
  readonly logger: Logger;
}

const everyMs = 1000;
/** Longer than any step takes: then its worker is gone. */
const claimMs = 60_000;
const pausesMs = [1000, 5000, 30_000, 120_000] as const;
const longestPauseMs = 300_000;
/** About eight hours in vain. */
const maxFaults = 100;

/** Carries out tasks step by step, in every replica; a step that may do better later is tried again, for hours if need be. */
export class TaskLoop {
  readonly #parts: TaskLoopParts;
  #timer: NodeJS.Timeout | undefined;
  #busy: Promise<void> | undefined;
  #isStopped = false;

  constructor(parts: TaskLoopParts) {
    this.#parts = parts;
  }

  start(): void {
    this.#timer = setInterval(() => this.kick(), everyMs);
    this.kick();
  }

  /** There may be something to do. */
  kick(): void {
    if (this.#isStopped) return;
    this.#busy ??= this.#work()
      .catch((error: unknown) => this.#parts.logger.warn('tasks could not be read', { error }))
      .finally(() => (this.#busy = undefined));
  }

  async stop(): Promise<void> {
    this.#isStopped = true;
    clearInterval(this.#timer);
    await this.#busy;
  }

  async #work(): Promise<void> {
    while (!this.#isStopped) {
      const task = await this.#parts.store.claim(claimMs);
      if (task === undefined) return;
      await this.#step(task);
    }
  }

  async #step(task: Task): Promise<void> {
    const { store, steps } = this.#parts;
    try {
      const { isDone, affected, refused = 0, cursor = '', pauseMs } = await steps[task.kind](task);
      const sums = { affected: task.affected + affected, refused: task.refused + refused };
      const state = isDone ? 'done' : 'working';
      const change = { ...sums, state, cursor, faults: 0, error: undefined } as const;
      await store.save(
        task,
        change,
        isDone ? { note: noteOf({ ...task, ...sums }, 'done') } : { pauseMs },
      );
    } catch (error) {
      await this.#failed(task, error);
    }
  }

  async #failed(task: Task, error: unknown): Promise<void> {
    const { code, message, retry } = describeError(error);
    const faults = task.faults + 1;
    const hasFailed = retry === 'never' || faults >= maxFaults;
    const pauseMs = pausesMs[task.faults] ?? longestPauseMs;
    const { cursor, affected, refused } = task;
    this.#parts.logger.warn('a step of a task failed', {
      taskId: task.id,
      connectionId: task.connectionId,
      kind: task.kind,
      error,
    });
    const state = hasFailed ? 'failed' : 'working';
    const change = { state, cursor, affected, refused, faults, error: { code, message } } as const;
    const note = hasFailed ? noteOf(task, `failed: ${code}`) : undefined;
    await this.#parts.store.save(task, change, { pauseMs, note });
  }
}

function noteOf({ who, kind, connectionId, affected }: Task, outcome: string): SaveOptions['note'] {
  const target = `${connectionId}: ${String(affected)}`;
  return { who, action: `connection.${kind}`, target, outcome };
}
