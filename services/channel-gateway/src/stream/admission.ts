/** Whether the key is still good, asked again after a while, however much there is to say. */
export class Admission {
  readonly #ask: () => Promise<boolean>;
  readonly #everyMs: number;
  readonly #now: () => number;
  #askedMs: number;

  constructor(ask: () => Promise<boolean>, everyMs: number, now: () => number) {
    this.#ask = ask;
    this.#everyMs = everyMs;
    this.#now = now;
    this.#askedMs = now();
  }

  async holds(): Promise<boolean> {
    if (this.#now() - this.#askedMs < this.#everyMs) return true;
    this.#askedMs = this.#now();
    return this.#ask();
  }
}
