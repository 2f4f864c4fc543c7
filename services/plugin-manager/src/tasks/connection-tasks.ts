import { describeError } from '@made-open/bus';
import type { Checkpoint, Run } from '@made-open/contracts';
import { checkpointVersions } from '@made-open/manifest';
import type { ChangeConnection } from '../connections/change-connection.ts';
import { notFound, RequestError } from '../errors.ts';
import type { Page, PageRequest } from '../page.ts';
import { manifestOf } from '../plugins/plugin.ts';
import { withCurrent } from '../runs/current-checkpoint.ts';
import type { RunSource } from '../runs/run-source.ts';
import type { Subscriptions } from '../subscriptions/subscriptions.ts';
import { isSubscribed } from './await-unsubscribed.ts';
import type { TaskLoop } from './task-loop.ts';
import type { NewTask, Task, TaskKind, TaskStore } from './task.ts';

const newestRuns = 20;
/** Longer than removing takes: then whoever does it is gone. */
const removeMs = 60_000;

type TaskConnections = Pick<ChangeConnection, 'find' | 'isKept' | 'markDeleting' | 'remove'>;

export interface TaskParts {
  readonly tasks: TaskStore;
  readonly runs: RunSource;
  readonly taskLoop: Pick<TaskLoop, 'kick'>;
  readonly subscriptions: Pick<Subscriptions, 'list'>;
}

/** What a person decided on a sweep; without a run on whichever waits. */
export interface SweepDecision {
  readonly connectionId: string;
  readonly carryOut: boolean;
  readonly runId?: string | undefined;
  readonly who: string;
}

/** What is asked to go on for a connection, one thing at a time, and what became of it. */
export class ConnectionTasks {
  readonly #store: TaskStore;
  readonly #source: RunSource;
  readonly #loop: Pick<TaskLoop, 'kick'>;
  readonly #subscriptions: Pick<Subscriptions, 'list'>;
  readonly #connections: TaskConnections;

  constructor({ tasks, runs, taskLoop, subscriptions }: TaskParts, connections: TaskConnections) {
    this.#subscriptions = subscriptions;
    this.#store = tasks;
    this.#source = runs;
    this.#loop = taskLoop;
    this.#connections = connections;
  }

  async begin(wanted: NewTask): Promise<Task> {
    const task = await this.#add(wanted);
    this.#loop.kick();
    return task;
  }

  /** Does once more what has failed, from where it stood. */
  async retry(id: string, who: string): Promise<Task> {
    const { state, connectionId, kind, runId, ids, cursor } = await this.find(id);
    if (state !== 'failed')
      throw new RequestError(
        'task.not_failed.conflict',
        409,
        `the task is ${state}; only a failed one can be tried again`,
      );
    if (kind === 'delete') return this.delete(connectionId, who);
    return this.begin({ connectionId, kind, runId, ids, cursor, who });
  }

  /** Ends what goes on, as failed; what it has done stays done. */
  async cancel(id: string): Promise<Task> {
    const { state, kind } = await this.find(id);
    // Whoever works on it goes on all the same, and nothing may begin beside it.
    if (kind === 'remove' && state === 'working')
      throw new RequestError(
        'task.removes.conflict',
        409,
        'the connection is being removed, which cannot be stopped; it is over soon',
      );
    const error = { code: 'task.cancelled', message: 'it was ended by a person' };
    const ended = await this.#store.cancel(id, error);
    if (ended !== undefined) return ended;
    throw new RequestError(
      'task.not_working.conflict',
      409,
      `the task is ${state === 'working' ? 'done' : state}; there is nothing to end`,
    );
  }

  /** Decides on the sweep that waits for it, and on none but that of the run that was looked at, when it is named. */
  async sweep({ connectionId, carryOut, runId, who }: SweepDecision): Promise<Task> {
    await this.#connections.find(connectionId);
    const run = await this.#held(connectionId);
    if (runId !== undefined && runId !== run.runId)
      throw new RequestError(
        'connection.other_sweep.conflict',
        409,
        `the sweep that waits is that of run ${run.runId}; look at it before you decide`,
      );
    return this.begin({ connectionId, kind: carryOut ? 'sweep' : 'keep', runId: run.runId, who });
  }

  /**
   * Deletes a connection without what it brought; nothing else goes on for it meanwhile, and a kill does not stop it. Gives
   * the task that goes on until the source was told; undefined when all is done.
   */
  async remove(connectionId: string, who: string): Promise<Task | undefined> {
    const task = await this.#add({ connectionId, kind: 'remove', who, heldMs: removeMs });
    const { cursor, affected, refused, faults } = task;
    const change = { cursor, affected, refused, faults };
    try {
      if (await isSubscribed(this.#subscriptions, connectionId)) {
        await this.#connections.markDeleting(connectionId);
        await this.#store.save(task, { ...change, state: 'working', error: undefined });
        this.#loop.kick();
        return task;
      }
      await this.#connections.remove(connectionId, { isDataKept: true });
      await this.#store.save(task, { ...change, state: 'done', error: undefined });
      return undefined;
    } catch (error) {
      const { code, message } = describeError(error);
      await this.#store.save(task, { ...change, state: 'failed', error: { code, message } });
      throw error;
    }
  }

  /** Deletes a connection with all that it brought, from now on nothing more comes of it; or what is left of a deleted one. */
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
    const { reference } = await this.#connections.find(connectionId);
    const found = await this.#source.checkpoints(connectionId);
    return withCurrent(found, checkpointVersions(manifestOf(reference)));
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

  async #add(wanted: NewTask): Promise<Task> {
    await this.#check(wanted);
    const task = await this.#store.add(wanted);
    if (task !== undefined) return task;
    // Either it has gone meanwhile, which this says, or there is something else.
    await this.#check(wanted);
    throw busy();
  }

  async #check({ connectionId, kind }: NewTask): Promise<void> {
    if (kind === 'delete' && (await this.#connections.isKept(connectionId))) return;
    const { connection } = await this.#connections.find(connectionId);
    if (connection.isDeleting && kind !== 'delete') await this.#checkRemoval(connectionId, kind);
  }

  /** What is being erased can only be erased; what is deleted without its data can be deleted either way. */
  async #checkRemoval(connectionId: string, kind: TaskKind): Promise<void> {
    const { data } = await this.#store.list(connectionId, { limit: 1, after: undefined });
    const [newest] = data;
    if (newest?.state === 'working') throw busy();
    if (newest?.kind !== 'remove')
      throw deleting(
        `what connection ${connectionId} brought was being erased, which has not come to its end; DELETE it with ?data=erase once more`,
      );
    if (kind !== 'remove')
      throw deleting(
        `connection ${connectionId} was being deleted, which has not come to its end; DELETE it once more`,
      );
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

function deleting(message: string): RequestError {
  return new RequestError('connection.deleting.conflict', 409, message);
}

function busy(): RequestError {
  return new RequestError(
    'connection.busy.conflict',
    409,
    'something else goes on for the connection; GET …/tasks says what, try again when it is done',
  );
}
