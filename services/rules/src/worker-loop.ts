import type { Logger } from '@made-open/nest';
import { setTimeout as delay } from 'node:timers/promises';

/** Work that looks for what is due and works it off; gives how much that was. */
export interface DueWork {
  readonly what: string;
  readonly workOff: () => Promise<number>;
}

const tickMs = 500;
const errorPauseMs = 2000;

/** Works off one kind of due work, at once when it is told of some, and by looking now and then. */
export class WorkerLoop {
  readonly #work: DueWork;
  readonly #logger: Logger;
  readonly #stopping = new AbortController();
  #wake: (() => void) | undefined;
  #isKicked = false;
  #running: Promise<void> | undefined;

  constructor(work: DueWork, logger: Logger) {
    this.#work = work;
    this.#logger = logger;
  }

  start(): void {
    this.#running ??= this.#run();
  }

  kick(): void {
    this.#isKicked = true;
    this.#wake?.();
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    this.#wake?.();
    await this.#running;
  }

  async #run(): Promise<void> {
    while (!this.#stopping.signal.aborted) {
      this.#isKicked = false;
      try {
        if ((await this.#work.workOff()) === 0) await this.#pause();
      } catch (error) {
        this.#logger.warn('due work could not be done', { what: this.#work.what, error });
        await delay(errorPauseMs, undefined, { signal: this.#stopping.signal }).catch(
          () => undefined,
        );
      }
    }
  }

  async #pause(): Promise<void> {
    if (this.#isKicked || this.#stopping.signal.aborted) return;
    const timer = new AbortController();
    const woken = new Promise<void>((resolve) => (this.#wake = resolve));
    await Promise.race([
      woken,
      delay(tickMs, undefined, { signal: timer.signal }).catch(() => undefined),
    ]);
    timer.abort();
    this.#wake = undefined;
  }
}
