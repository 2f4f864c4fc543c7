import type { Bus } from '@made-open/bus';
import { WorkerLoop, type Logger } from '@made-open/nest';
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
  readonly #dispatching: WorkerLoop;
  readonly #forgetting: WorkerLoop;

  constructor(options: DispatcherOptions) {
    const { logger } = options;
    this.#options = options;
    this.#dispatching = new WorkerLoop(
      { what: 'deliveries', tickMs, workOff: () => this.#dispatch() },
      logger,
    );
    this.#forgetting = new WorkerLoop(
      {
        what: 'forgetting old deliveries',
        tickMs: forgetEveryMs,
        workOff: (stopping) => this.#forget(stopping),
      },
      logger,
    );
  }

  start(): void {
    this.#dispatching.start();
    this.#forgetting.start();
  }

  /** Tells that something may be due; without it, that is found within a second. */
  kick(): void {
    this.#dispatching.kick();
  }

  async stop(): Promise<void> {
    await Promise.all([this.#dispatching.stop(), this.#forgetting.stop()]);
  }

  async #dispatch(): Promise<boolean> {
    const { store, bus, timeoutMs } = this.#options;
    await store.expire(batch.limit, expired);
    if (!bus.isConnected()) return false;
    const sent = await store.dispatch(batch, (delivery, now) =>
      sendDelivery(bus, delivery, { now, timeoutMs }),
    );
    return sent >= batch.limit;
  }

  async #forget(stopping: AbortSignal): Promise<boolean> {
    const { store, retentionDays, logger } = this.#options;
    let rows = 0;
    for (let some = forgetRows; some >= forgetRows && !stopping.aborted; rows += some)
      some = await store.forget(retentionDays, forgetRows);
    if (rows > 0) logger.info('old deliveries forgotten', { rows });
    return false;
  }
}
