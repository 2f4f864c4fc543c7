import type { QuarantinedItem, Run, RunKind } from '@made-open/contracts';
import { notFound } from '../errors.ts';
import type { Page, PageRequest } from '../page.ts';
import type { Task, TaskStore } from '../tasks/task.ts';
import type { RunSource } from './run-source.ts';

/** A run, with the task that carries out what was decided on its sweep. */
export interface DecidedRun {
  readonly run: Run;
  readonly sweep: Task | undefined;
}

/** Runs as other services know them, with what was decided here. */
export class ReadRuns {
  readonly #source: RunSource;
  readonly #tasks: TaskStore;

  constructor(source: RunSource, tasks: TaskStore) {
    this.#source = source;
    this.#tasks = tasks;
  }

  async request(
    connectionId: string,
    kind: RunKind,
  ): Promise<DecidedRun & { readonly isOlder: boolean }> {
    const { run, isOlder } = await this.#source.request(connectionId, kind);
    return { ...(await this.#decided(run, connectionId)), isOlder };
  }

  async find(id: string): Promise<DecidedRun> {
    return this.#decided(await this.#source.run(id), id);
  }

  async cancel(id: string): Promise<DecidedRun> {
    return this.#decided(await this.#source.cancel(id), id);
  }

  async list(connectionId: string, page: PageRequest): Promise<Page<DecidedRun>> {
    const { data, next } = await this.#source.runs(connectionId, page);
    return { data: await Promise.all(data.map((run) => this.#decided(run, run.runId))), next };
  }

  quarantine(connectionId: string, page: PageRequest): Promise<Page<QuarantinedItem>> {
    return this.#source.quarantine(connectionId, page);
  }

  async #decided(run: Run | undefined, id: string): Promise<DecidedRun> {
    if (run === undefined) throw notFound('run', id);
    return { run, sweep: run.sweepHeld ? await this.#tasks.ofRun(run.runId) : undefined };
  }
}
