import { describeError } from '@made-open/bus';
import { setTimeout as delay } from 'node:timers/promises';

export interface Taken {
  readonly granted: number;
  readonly waitMs: number;
}

/** Longer than this nothing is held in a sandbox: the run is to come back later. */
const longestWaitMs = 20_000;
/** For so long a scheduler that is away is waited for. */
const patienceMs = 60_000;
const pauseMs = 1000;

/** What all runs of a connection may send to its source; the scheduler counts it. */
export class RequestBudget {
  readonly #ask: (wanted: number) => Promise<Taken>;
  readonly #signal: AbortSignal;
  readonly #waiting: PromiseWithResolvers<number>[] = [];
  #isAsking = false;

  constructor(ask: (wanted: number) => Promise<Taken>, signal: AbortSignal) {
    this.#ask = ask;
    this.#signal = signal;
  }

  /** Waits until one request may be sent, and gives 0; for one that would wait too long, in how many milliseconds it may. */
  take(): Promise<number> {
    const turn = Promise.withResolvers<number>();
    this.#waiting.push(turn);
    if (!this.#isAsking) void this.#askForAll();
    return turn.promise;
  }

  /** One question at a time for all that wait. */
  async #askForAll(): Promise<void> {
    this.#isAsking = true;
    try {
      while (this.#waiting.length > 0) await this.#askOnce();
    } catch (error) {
      for (const { reject } of this.#waiting.splice(0)) reject(error);
    } finally {
      this.#isAsking = false;
    }
  }

  async #askOnce(): Promise<void> {
    const { granted, waitMs } = await this.#answer();
    for (const { resolve } of this.#waiting.splice(0, granted)) resolve(0);
    if (granted > 0) return;
    if (waitMs > longestWaitMs) for (const { resolve } of this.#waiting.splice(0)) resolve(waitMs);
    else await delay(waitMs, undefined, { signal: this.#signal });
  }

  async #answer(): Promise<Taken> {
    for (const started = performance.now(); ;) {
      try {
        return await this.#ask(this.#waiting.length);
      } catch (error) {
        this.#signal.throwIfAborted();
        const isOver = performance.now() - started > patienceMs;
        if (describeError(error).retry === 'never' || isOver) throw error;
        await delay(pauseMs, undefined, { signal: this.#signal });
      }
    }
  }
}
