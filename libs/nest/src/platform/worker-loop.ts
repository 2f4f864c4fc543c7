import { setTimeout as delay } from 'node:timers/promises';
import type { Logger } from '../telemetry/logger.ts';

/** Work that looks for what is due, and does it. */
export interface DueWork {
  /** Named in the log when the work fails. */
  readonly what: string;
  /** Gives true when there may be more at once. */
  readonly workOff: (stopping: AbortSignal) => Promise<boolean>;
  /** How long it rests when there was nothing more, unless it is kicked; milliseconds. */
  readonly tickMs: number;
}

const errorPauseMs = 1000;

/** Does one kind of due work, at once when it is told of some, and by looking now and then. */
export class WorkerLoop {
  readonly #work: DueWork;
  readonly #logger: Pick<Logger, 'warn'>;
  readonly #stopping = new AbortController();
  #wake: (() => void) | undefined;
  #isKicked = false;
  #running: Promise<void> | undefined;

  constructor(work: DueWork, logger: Pick<Logger, 'warn'>) {
    this.#work = work;
    this.#logger = logger;
  }

  start(): void {
    this.#running ??= this.#run();
  }

  /** Tells that something may be due; without it that is found at the next tick. */
  kick(): void {
    this.#isKicked = true;
    this.#wake?.();
  }

  /** Ends the loop; what it is doing is done first. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    this.#wake?.();
    await this.#running;
  }

  async #run(): Promise<void> {
    const { what, workOff, tickMs } = this.#work;
    while (!this.#stopping.signal.aborted) {
      this.#isKicked = false;
      try {
        if (!(await workOff(this.#stopping.signal))) await this.#pause(tickMs);
      } catch (error) {
        this.#logger.warn('due work could not be done', { what, error });
        // Kicks do not shorten this one: what fails at once would be tried again and again.
        await delay(errorPauseMs, undefined, { signal: this.#stopping.signal }).catch(
          () => undefined,
        );
      }
    }
  }

  async #pause(ms: number): Promise<void> {
    if (this.#isKicked || this.#stopping.signal.aborted) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    const timer = setTimeout(resolve, ms);
    this.#wake = resolve;
    await promise;
    clearTimeout(timer);
    this.#wake = undefined;
  }
}
