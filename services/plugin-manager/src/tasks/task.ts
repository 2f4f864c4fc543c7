import type { Page, PageRequest } from '../page.ts';

/** What goes on for a connection behind the answer to a request. */
export const taskKinds = ['sweep', 'keep', 'replay', 'delete'] as const;
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

export type TaskChange = Pick<Task, 'state' | 'cursor' | 'affected' | 'refused' | 'error'>;

/** Tasks; whoever works on one has it for himself, for a limited time. */
export abstract class TaskStore {
  /** Undefined: something goes on for the connection already. */
  abstract add(task: NewTask): Promise<Task | undefined>;
  /** A task that nobody works on, counted as one more attempt, for so long. */
  abstract claim(forMs: number): Promise<Task | undefined>;
  /** Notes what a step came to; an open task is free again after a pause. */
  abstract save(id: string, change: TaskChange, pauseMs: number): Promise<void>;
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
    affected: task.affected,
    refused: task.refused,
    error: task.error ?? null,
    created_at: task.createdAt.toISOString(),
    updated_at: task.updatedAt.toISOString(),
  };
}
