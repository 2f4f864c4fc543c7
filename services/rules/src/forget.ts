import { setTimeout as delay } from 'node:timers/promises';
import type { Logger } from '@made-open/nest';

const everyMs = 3_600_000;
const rowsAtOnce = 10_000;

/** Removes what is older than it has to be kept; gives how many rows. */
export type Forgetting = (days: number, limit: number) => Promise<number>;

/** Forgets once an hour what has ended long ago. */
export class Forget {
  readonly #works: readonly Forgetting[];
  readonly #days: number;
  readonly #logger: Logger;
  readonly #stopping = new AbortController();
  #running: Promise<void> | undefined;

  constructor(works: readonly Forgetting[], days: number, logger: Logger) {
    this.#works = works;
    this.#days = days;
    this.#logger = logger;
  }

  start(): void {
    this.#running ??= this.#run();
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#running;
  }

  async #run(): Promise<void> {
    const { signal } = this.#stopping;
    while (!signal.aborted) {
      try {
        for (const work of this.#works)
          while (!signal.aborted && (await work(this.#days, rowsAtOnce)) === rowsAtOnce);
      } catch (error) {
        this.#logger.warn('what is old could not be forgotten', { error });
      }
      await delay(everyMs, undefined, { signal }).catch(() => undefined);
    }
  }
}
