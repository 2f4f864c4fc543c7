import { GuestError } from '../guest-error.ts';
import { apply, create, toNumber } from '../primordials.ts';

interface Timer {
  readonly work: (...args: unknown[]) => unknown;
  readonly ms: number;
  readonly args: unknown[];
  readonly repeats: boolean;
}

const maxTimers = 1000;
const maxMs = 2 ** 31 - 1;

/** setTimeout and setInterval over timers of the sandbox process. */
export class Timers {
  readonly #arm: (id: number, ms: number) => void;
  readonly #onError: (error: unknown) => void;
  readonly #timers: Record<number, Timer> = create(null);
  #last = 0;
  /** Timers that are set and have not fired. */
  count = 0;

  constructor(arm: (id: number, ms: number) => void, onError: (error: unknown) => void) {
    this.#arm = arm;
    this.#onError = onError;
  }

  set(work: unknown, given: unknown, options: { args: unknown[]; repeats: boolean }): number {
    if (typeof work !== 'function') throw new TypeError('a timer needs a function');
    if (this.count >= maxTimers)
      throw new GuestError('sandbox.too_many_timers', `more than ${maxTimers} timers are set`);
    const number = toNumber(given);
    const ms = number >= 1 ? (number > maxMs ? maxMs : number) : 1;
    const id = ++this.#last;
    this.#timers[id] = { work: (...args) => apply(work, undefined, args), ms, ...options };
    this.count++;
    this.#arm(id, ms);
    return id;
  }

  clear(id: unknown): void {
    if (typeof id !== 'number' || this.#timers[id] === undefined) return;
    delete this.#timers[id];
    this.count--;
    this.#arm(id, -1);
  }

  /** Called by the host when the time has come. */
  fire(id: number): void {
    const timer = this.#timers[id];
    if (timer === undefined) return;
    if (!timer.repeats) {
      delete this.#timers[id];
      this.count--;
    }
    try {
      apply(timer.work, undefined, timer.args);
    } catch (error) {
      this.#onError(error);
    }
    // Armed again only now, so that a slow one cannot pile up behind itself.
    if (timer.repeats && this.#timers[id] !== undefined) this.#arm(id, timer.ms);
  }
}
