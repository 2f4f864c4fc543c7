import { TooManyCallsError } from '../errors.ts';

/** Lets so many pieces of work run at a time, and so many wait; more are refused. */
export class Gate {
  readonly #running: number;
  readonly #waiting: number;
  readonly #queue: (() => void)[] = [];
  #active = 0;

  constructor(running: number, waiting: number) {
    this.#running = running;
    this.#waiting = waiting;
  }

  async through<T>(work: () => Promise<T>): Promise<T> {
    await this.#enter();
    try {
      return await work();
    } finally {
      const next = this.#queue.shift();
      if (next === undefined) this.#active--;
      else next();
    }
  }

  async #enter(): Promise<void> {
    if (this.#active < this.#running) {
      this.#active++;
      return;
    }
    if (this.#queue.length >= this.#waiting) throw new TooManyCallsError(this.#waiting);
    await new Promise<void>((resolve) => this.#queue.push(resolve));
  }
}
