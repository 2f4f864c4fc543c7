import { WorkerLoop, type Logger } from '@made-open/nest';
import { advanceOutbound, type SendingParts } from './advance-outbound.ts';

export interface DispatcherOptions extends SendingParts {
  readonly logger: Pick<Logger, 'info' | 'warn'>;
  /** What has ended is forgotten after so many days. */
  readonly retentionDays: number;
}

const tickMs = 500;
const batchSize = 128;
const atATime = 4;
const forgetEveryMs = 600_000;

/** Looks what is due. Every replica has one: the store lets one at a time work on a message. */
export class Dispatcher {
  readonly #options: DispatcherOptions;
  readonly #advancing: WorkerLoop;
  readonly #forgetting: WorkerLoop;

  constructor(options: DispatcherOptions) {
    const { logger } = options;
    this.#options = options;
    this.#advancing = new WorkerLoop(
      { what: 'what is to be sent', tickMs, workOff: (stopping) => this.#advanceAll(stopping) },
      logger,
    );
    this.#forgetting = new WorkerLoop(
      {
        what: 'forgetting what was sent',
        tickMs: forgetEveryMs,
        workOff: () => this.#forget(),
      },
      logger,
    );
  }

  start(): void {
    this.#advancing.start();
    this.#forgetting.start();
  }

  /** Tells that something became due; without it that waits for half a second. */
  kick(): void {
    this.#advancing.kick();
  }

  async stop(): Promise<void> {
    await Promise.all([this.#advancing.stop(), this.#forgetting.stop()]);
  }

  /** One that fails is tried again at the next look and keeps none of the others back. */
  async #advanceAll(stopping: AbortSignal): Promise<boolean> {
    const seen = new Set<string>();
    for (;;) {
      const due = await this.#options.store.due(batchSize);
      const fresh = due.filter((id) => !seen.has(id));
      if (fresh.length === 0 || stopping.aborted) return false;
      for (const id of fresh) seen.add(id);
      const queue = fresh.values();
      await Promise.all(Array.from({ length: atATime }, () => this.#advanceEach(queue)));
    }
  }

  async #advanceEach(queue: Iterable<string>): Promise<void> {
    for (const id of queue)
      await advanceOutbound(this.#options, id).catch((error: unknown) =>
        this.#options.logger.warn('a message or call could not be advanced', { id, error }),
      );
  }

  async #forget(): Promise<boolean> {
    const { store, retentionDays, logger } = this.#options;
    const rows = await store.forget(retentionDays);
    if (rows > 0) logger.info('old messages forgotten', { rows });
    return false;
  }
}
