import type { Logger } from '@made-open/nest';
import { SyncRefusedError } from '../errors.ts';
import type { RunStore } from '../runs/run-store.ts';
import type { ScheduleStore } from './schedule-store.ts';

const tickMs = 1000;

/** Opens runs that are due; a run that is open already is left alone. */
export class Clock {
  readonly #schedules: ScheduleStore;
  readonly #runs: RunStore;
  readonly #logger: Logger;
  #timer: NodeJS.Timeout | undefined;
  #busy = Promise.resolve();

  constructor(schedules: ScheduleStore, runs: RunStore, logger: Logger) {
    this.#schedules = schedules;
    this.#runs = runs;
    this.#logger = logger;
  }

  start(): void {
    this.#enqueue(async () => {
      for (const id of await this.#schedules.stale(new Date())) await this.request(id, 'start-up');
    });
    this.#timer = setInterval(() => this.#enqueue(() => this.#tick()), tickMs);
  }

  async stop(): Promise<void> {
    clearInterval(this.#timer);
    await this.#busy;
  }

  async request(connectionId: string, trigger: string): Promise<void> {
    try {
      await this.#runs.request(connectionId, trigger);
    } catch (error) {
      if (!(error instanceof SyncRefusedError)) throw error; // it was paused meanwhile
    }
  }

  async #tick(): Promise<void> {
    for (const id of await this.#schedules.claimDue(new Date())) await this.request(id, 'schedule');
    await this.#runs.resume();
  }

  #enqueue(work: () => Promise<void>): void {
    this.#busy = this.#busy
      .then(work)
      .catch((error: unknown) => this.#logger.warn('the clock missed a tick', { error }));
  }
}
