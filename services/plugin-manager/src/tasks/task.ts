import type { AuditEntry } from '../audit/audit-log.ts';
import type { Page, PageRequest } from '../page.ts';

/** What goes on for a connection behind the answer to a request. */
export const taskKinds = ['sweep', 'keep', 'replay', 'delete', 'remove'] as const;
export type TaskKind = (typeof taskKinds)[number];
export const taskStates = ['working', 'done', 'failed'] as const;
export type TaskState = (typeof taskStates)[number];

export interface TaskError {
  readonly code: string;
  readonly message: string;
}

export interface NewTask {
  readonly connectionId: string;
  readonly kind: TaskKind;
  /** The run that it is about. */
  readonly runId?: string | undefined;
  /** Which ones, when not all. */
  readonly ids?: readonly string[] | undefined;
  /** Where the first step begins. */
  readonly cursor?: string | undefined;
  /** Who adds it works on it himself for so long. */
  readonly heldMs?: number | undefined;
  /** Id of the key that asked for it. */
  readonly who: string;
}

export interface Task {
  readonly id: string;
  readonly connectionId: string;
  readonly kind: TaskKind;
  readonly runId: string | undefined;
  readonly ids: readonly string[];
  readonly who: string;
  readonly state: TaskState;
  /** How often a step was tried. */
  readonly attempts: number;
  /** How often in a row its newest step failed. */
  readonly faults: number;
  /** Where the next step begins. */
  readonly cursor: string;
  /** Entities or items that were changed so far. */
  readonly affected: number;
  /** Those that were tried in vain. */
  readonly refused: number;
  /** Why it failed; of one that goes on why its newest step did. */
  readonly error: TaskError | undefined;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

export type TaskChange = Pick<
  Task,
  'state' | 'cursor' | 'affected' | 'refused' | 'faults' | 'error'
>;

/** One attempt at a task, which ends when the next begins. */
export type Attempt = Pick<Task, 'id' | 'attempts'>;

export interface SaveOptions {
  /** An open task is free again after it. */
  readonly pauseMs?: number | undefined;
  /** Goes into the audit with the change, or not at all. */
  readonly note?: Omit<AuditEntry, 'id' | 'at'> | undefined;
}

/** Tasks; whoever works on one has it for himself, for a limited time. */
export abstract class TaskStore {
  /** Undefined: something goes on for the connection already, or it is gone. */
  abstract add(task: NewTask): Promise<Task | undefined>;
  /** A task that nobody works on, counted as one more attempt, for so long. */
  abstract claim(forMs: number): Promise<Task | undefined>;
  /** Notes what a step came to. False, and nothing has changed: the task is not this attempt's any more. */
  abstract save(attempt: Attempt, change: TaskChange, options?: SaveOptions): Promise<boolean>;
  /** Ends an open task as failed, whoever works on it; undefined when it is not open. */
  abstract cancel(id: string, error: TaskError): Promise<Task | undefined>;
  abstract find(id: string): Promise<Task | undefined>;
  /** Newest first. */
  abstract list(connectionId: string, page: PageRequest): Promise<Page<Task>>;
  /** The newest about a run. */
  abstract ofRun(runId: string): Promise<Task | undefined>;
}

export interface TaskView {
  readonly id: string;
  readonly connection_id: string;
  readonly run_id: string | null;
  readonly kind: TaskKind;
  readonly state: TaskState;
  readonly faults: number;
  readonly affected: number;
  readonly refused: number;
  readonly error: TaskError | null;
  readonly created_at: string;
  readonly updated_at: string;
}

export function taskView(task: Task): TaskView {
  return {
    id: task.id,
    connection_id: task.connectionId,
    run_id: task.runId ?? null,
    kind: task.kind,
    state: task.state,
    faults: task.faults,
    affected: task.affected,
    refused: task.refused,
    error: task.error ?? null,
    created_at: task.createdAt.toISOString(),
    updated_at: task.updatedAt.toISOString(),
  };
}
