import type { Logger } from '@made-open/nest';
import type { RunLogStore } from './run-log-store.ts';

const keptDays = 14;
const maxBytesOfConnection = 64 * 1024 * 1024;
const everyMs = 3_600_000;

/** Removes log lines that are too old, and the oldest of connections that have too many, at start and every hour. */
export class LogRetention {
  readonly #logs: RunLogStore;
  readonly #logger: Logger;
  #timer: NodeJS.Timeout | undefined;
  #busy: Promise<void> = Promise.resolve();

  constructor(logs: RunLogStore, logger: Logger) {
    this.#logs = logs;
    this.#logger = logger;
  }

  start(): void {
    this.#timer = setInterval(() => this.#sweep(), everyMs);
    this.#sweep();
  }

  async stop(): Promise<void> {
    clearInterval(this.#timer);
    await this.#busy;
  }

  #sweep(): void {
    this.#busy = this.#remove().catch((error: unknown) =>
      this.#logger.warn('old log lines could not be removed', { error }),
    );
  }

  async #remove(): Promise<void> {
    await this.#logs.removeOlderThan(new Date(Date.now() - keptDays * 86_400_000));
    await this.#logs.removeBeyond(maxBytesOfConnection);
  }
}
