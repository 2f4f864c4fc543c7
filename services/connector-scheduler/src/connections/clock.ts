import type { Logger } from '@made-open/nest';
import { setTimeout as delay } from 'node:timers/promises';
import type { ProgressSource } from '../runs/progress-source.ts';
import { readdressSubscriptions } from '../subscriptions/keep-subscriptions.ts';
import { advanceConnection } from './advance-connection.ts';
import { catchUp } from './catch-up.ts';
import type { ConnectionStore } from './connection-store.ts';

export interface ClockOptions {
  readonly store: ConnectionStore;
  readonly source: ProgressSource;
  readonly logger: Logger;
  /** Where channel-gateway is reached from outside. */
  readonly publicUrl: string | undefined;
  /** Ended runs are forgotten after so many days. */
  readonly retentionDays: number;
}

const tickMs = 1000;
const batchSize = 100;
const forgetEveryTicks = 3600;
const forgetRows = 10_000;

/** Looks every second what is due. Every replica has one: the store lets one at a time work on a connection. */
export class Clock {
  readonly #options: ClockOptions;
  readonly #stopping = new AbortController();
  #running: Promise<void> | undefined;

  constructor(options: ClockOptions) {
    this.#options = options;
  }

  start(): void {
    this.#running ??= this.#run();
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#running;
  }

  async #run(): Promise<void> {
    let isCaughtUp = false;
    for (let tick = 0; !this.#stopping.signal.aborted; tick++) {
      isCaughtUp ||= await this.#attempt('catching up', () => this.#catchUp());
      await this.#attempt('looking what is due', () => this.#advanceAll());
      if (tick % forgetEveryTicks === 0)
        await this.#attempt('forgetting old runs', () => this.#forget());
      await delay(tickMs, undefined, { signal: this.#stopping.signal }).catch(() => undefined);
    }
  }

  async #catchUp(): Promise<void> {
    const { store, publicUrl } = this.#options;
    await readdressSubscriptions(store, publicUrl);
    await catchUp(store);
  }

  /** One that fails is tried again at the next tick and keeps none of the others back. */
  async #advanceAll(): Promise<void> {
    const seen = new Set<string>();
    for (;;) {
      const due = await this.#options.store.due(batchSize);
      const fresh = due.filter((connectionId) => !seen.has(connectionId));
      if (fresh.length === 0 || this.#stopping.signal.aborted) return;
      for (const connectionId of fresh) {
        seen.add(connectionId);
        await this.#attempt('advancing a connection', () =>
          advanceConnection(this.#options, connectionId),
        );
      }
    }
  }

  async #forget(): Promise<void> {
    const { store, retentionDays, logger } = this.#options;
    const rows = await store.forget(retentionDays, forgetRows);
    if (rows > 0) logger.info('old runs forgotten', { rows });
  }

  async #attempt(what: string, work: () => Promise<void>): Promise<boolean> {
    try {
      await work();
      return true;
    } catch (error) {
      this.#options.logger.warn('the clock could not do its work', { what, error });
      return false;
    }
  }
}
