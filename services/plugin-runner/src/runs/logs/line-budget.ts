/** So many lines a second on the average, with some at once after a pause. */
export class LineBudget {
  readonly #perSecond: number;
  readonly #atOnce: number;
  readonly #now: () => number;
  #left: number;
  #last: number;

  /** `now` in milliseconds. */
  constructor(perSecond: number, atOnce: number, now: () => number) {
    this.#perSecond = perSecond;
    this.#atOnce = atOnce;
    this.#now = now;
    this.#left = atOnce;
    this.#last = now();
  }

  /** Whether one more line may pass. */
  take(): boolean {
    const now = this.#now();
    const earned = ((now - this.#last) / 1000) * this.#perSecond;
    this.#left = Math.min(this.#left + earned, this.#atOnce);
    this.#last = now;
    if (this.#left < 1) return false;
    this.#left--;
    return true;
  }
}
