import { TooManyCallsError } from '../errors.ts';

/** Lets so many pieces of work run at a time, and so many wait; more are refused, and all that wait once it is aborted. */
export class Gate {
  readonly #running: number;
  readonly #waiting: number;
  readonly #signal: AbortSignal;
  readonly #queue: PromiseWithResolvers<void>[] = [];
  #active = 0;

  constructor(running: number, waiting: number, signal: AbortSignal) {
    this.#running = running;
    this.#waiting = waiting;
    this.#signal = signal;
    const refuseAll = (): void => {
      for (const { reject } of this.#queue.splice(0)) reject(signal.reason);
    };
    signal.addEventListener('abort', refuseAll, { once: true });
  }

  async through<T>(work: () => Promise<T>): Promise<T> {
    await this.#enter();
    try {
      return await work();
    } finally {
      const next = this.#queue.shift();
      if (next === undefined) this.#active--;
      else next.resolve();
    }
  }

  async #enter(): Promise<void> {
    this.#signal.throwIfAborted();
    if (this.#active < this.#running) {
      this.#active++;
      return;
    }
    if (this.#queue.length >= this.#waiting) throw new TooManyCallsError(this.#waiting);
    const turn = Promise.withResolvers<void>();
    this.#queue.push(turn);
    await turn.promise;
  }
}
