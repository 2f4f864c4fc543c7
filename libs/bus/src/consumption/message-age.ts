const windowMs = 30_000;

/**
 * Tells how long ago a message was stored without trusting that two machines have the same time: the least difference
 * between this clock and the server's that was seen lately is that of a message which came at once.
 */
export class MessageAge {
  readonly #now: () => number;
  #since = 0;
  #least = Infinity;
  #leastBefore = Infinity;

  constructor(now: () => number = Date.now) {
    this.#now = now;
  }

  /** Milliseconds since the server stored a message; `storedAtMs` is by the server's clock. */
  of(storedAtMs: number): number {
    const nowMs = this.#now();
    // Forgotten after a while, so that a clock that is set anew does not make every message old.
    if (Math.abs(nowMs - this.#since) > windowMs) {
      this.#leastBefore = this.#least;
      this.#least = Infinity;
      this.#since = nowMs;
    }
    const difference = nowMs - storedAtMs;
    this.#least = Math.min(this.#least, difference);
    return difference - Math.min(this.#least, this.#leastBefore);
  }
}
