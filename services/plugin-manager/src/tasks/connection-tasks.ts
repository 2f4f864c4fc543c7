import type { Checkpoint, Run } from '@made-open/contracts';
import type { ChangeConnection } from '../connections/change-connection.ts';
import { notFound, RequestError } from '../errors.ts';
import type { Page, PageRequest } from '../page.ts';
import type { RunSource } from '../runs/run-source.ts';
import type { TaskLoop } from './task-loop.ts';
import type { NewTask, Task, TaskStore } from './task.ts';

const newestRuns = 20;

export interface TaskParts {
  readonly tasks: TaskStore;
  readonly runs: RunSource;
  readonly taskLoop: Pick<TaskLoop, 'kick'>;
}

/** What is asked to go on for a connection, one thing at a time, and what became of it. */
export class ConnectionTasks {
  readonly #store: TaskStore;
  readonly #source: RunSource;
  readonly #loop: Pick<TaskLoop, 'kick'>;
  readonly #connections: Pick<ChangeConnection, 'find' | 'markDeleting' | 'remove'>;

  constructor(
    { tasks, runs, taskLoop }: TaskParts,
    connections: Pick<ChangeConnection, 'find' | 'markDeleting' | 'remove'>,
  ) {
    this.#store = tasks;
    this.#source = runs;
    this.#loop = taskLoop;
    this.#connections = connections;
  }

  async begin(wanted: NewTask): Promise<Task> {
    await this.#connections.find(wanted.connectionId);
    const task = await this.#store.add(wanted);
    if (task === undefined) throw busy();
    this.#loop.kick();
    return task;
  }

  /** Decides on the sweep that waits for it. */
  async sweep(connectionId: string, carryOut: boolean, who: string): Promise<Task> {
    await this.#connections.find(connectionId);
    const run = await this.#held(connectionId);
    return this.begin({ connectionId, kind: carryOut ? 'sweep' : 'keep', runId: run.runId, who });
  }

  /** Deletes a connection without what it brought; not while that is being erased. */
  async remove(connectionId: string): Promise<void> {
    const { connection } = await this.#connections.find(connectionId);
    if (connection.isDeleting) throw busy();
    await this.#connections.remove(connectionId);
  }

  /** Deletes a connection with all that it brought; from now on nothing more comes of it. */
  async delete(connectionId: string, who: string): Promise<Task> {
    const task = await this.begin({ connectionId, kind: 'delete', who });
    await this.#connections.markDeleting(connectionId);
    return task;
  }

  /** Drops quarantined items, `ids` empty for all; gives how many. */
  async drop(connectionId: string, ids: readonly string[]): Promise<number> {
    await this.#connections.find(connectionId);
    return this.#source.drop(connectionId, ids);
  }

  async checkpoints(connectionId: string): Promise<readonly Checkpoint[]> {
    await this.#connections.find(connectionId);
    return this.#source.checkpoints(connectionId);
  }

  async rewind(connectionId: string, epoch: number): Promise<void> {
    await this.#connections.find(connectionId);
    await this.#source.rewind(connectionId, epoch);
  }

  async find(id: string): Promise<Task> {
    return (await this.#store.find(id)) ?? Promise.reject(notFound('task', id));
  }

  /** Also of a connection that is gone. */
  list(connectionId: string, page: PageRequest): Promise<Page<Task>> {
    return this.#store.list(connectionId, page);
  }

  async #held(connectionId: string): Promise<Run> {
    const page = { limit: newestRuns, after: undefined };
    const { data } = await this.#source.runs(connectionId, page);
    const run = data.find(({ sweepHeld }) => sweepHeld);
    const decided = run && (await this.#store.ofRun(run.runId));
    if (run === undefined || (decided !== undefined && decided.state !== 'failed'))
      throw new RequestError(
        'connection.no_sweep.conflict',
        409,
        'no sweep of this connection waits for a decision',
      );
    return run;
  }
}

function busy(): RequestError {
  return new RequestError(
    'connection.busy.conflict',
    409,
    'something else goes on for the connection; GET …/tasks says what, try again when it is done',
  );
}
