import type { Bus } from '@made-open/bus';
import type { Logger } from '@made-open/nest';
import { setTimeout as delay } from 'node:timers/promises';
import { expired } from './delivery.ts';
import type { DeliveryStore } from './delivery-store.ts';
import { sendDelivery } from './send-delivery.ts';

export interface DispatcherOptions {
  readonly store: DeliveryStore;
  readonly bus: Pick<Bus, 'publish' | 'isConnected'>;
  readonly logger: Logger;
  /** How long a result is waited for. */
  readonly timeoutMs: number;
  /** Those that ended are forgotten after so many days. */
  readonly retentionDays: number;
}

const tickMs = 1000;
const batch = { limit: 32, perConnection: 16 };
const forgetEveryMs = 60_000;
const forgetRows = 1000;

/** Gives deliveries to runners. Every replica has one: the store lets one at a time look. */
export class Dispatcher {
  readonly #options: DispatcherOptions;
  readonly #stopping = new AbortController();
  #running: Promise<void> | undefined;
  #kicked = false;
  #wake: (() => void) | undefined;

  constructor(options: DispatcherOptions) {
    this.#options = options;
  }

  start(): void {
    this.#running ??= this.#run();
  }

  /** Tells that something may be due; without it, that is found within a second. */
  kick(): void {
    this.#kicked = true;
    this.#wake?.();
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    this.#wake?.();
    await this.#running;
  }

  async #run(): Promise<void> {
    let forgottenAt = -Infinity;
    while (!this.#stopping.signal.aborted) {
      this.#kicked = false;
      await this.#attempt('dispatching', () => this.#dispatch());
      if (performance.now() - forgottenAt > forgetEveryMs) {
        await this.#attempt('forgetting old deliveries', () => this.#forget());
        forgottenAt = performance.now();
      }
      await this.#pause();
    }
  }

  async #dispatch(): Promise<void> {
    const { store, bus, timeoutMs } = this.#options;
    await store.expire(batch.limit, expired);
    for (let sent = batch.limit; sent >= batch.limit && bus.isConnected();)
      sent = await store.dispatch(batch, (delivery, now) =>
        sendDelivery(bus, delivery, { now, timeoutMs }),
      );
  }

  async #forget(): Promise<void> {
    const { store, retentionDays, logger } = this.#options;
    let rows = 0;
    for (let some = forgetRows; some >= forgetRows && !this.#stopping.signal.aborted; rows += some)
      some = await store.forget(retentionDays, forgetRows);
    if (rows > 0) logger.info('old deliveries forgotten', { rows });
  }

  async #attempt(what: string, work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      this.#options.logger.warn('deliveries wait', { what, error });
    }
  }

  async #pause(): Promise<void> {
    if (this.#kicked || this.#stopping.signal.aborted) return;
    const timer = new AbortController();
    await Promise.race([
      delay(tickMs, undefined, { signal: timer.signal }).catch(() => undefined),
      new Promise<void>((resolve) => (this.#wake = resolve)),
    ]);
    timer.abort();
    this.#wake = undefined;
  }
}
