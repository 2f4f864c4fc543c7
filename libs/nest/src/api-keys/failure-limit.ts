const windowMs = 60_000;
const maxAddresses = 10_000;

/** Counts failures of an address within a minute, and says how long it has to wait. */
export class FailureLimit {
  readonly #perMinute: number;
  readonly #now: () => number;
  readonly #failures = new Map<string, { count: number; readonly sinceMs: number }>();

  constructor(perMinute: number, now: () => number) {
    this.#perMinute = perMinute;
    this.#now = now;
  }

  /** 0 = it may try. */
  waitMs(address: string): number {
    const failed = this.#recent(address);
    if (failed === undefined || failed.count < this.#perMinute) return 0;
    return failed.sinceMs + windowMs - this.#now();
  }

  note(address: string): void {
    const failed = this.#recent(address);
    if (failed !== undefined) {
      failed.count++;
      return;
    }
    // In the order of their time: what is first is oldest. More addresses than this are an attack in any case.
    this.#failures.delete(address);
    const [oldest] = this.#failures.keys();
    if (this.#failures.size >= maxAddresses && oldest !== undefined) this.#failures.delete(oldest);
    this.#failures.set(address, { count: 1, sinceMs: this.#now() });
  }

  #recent(address: string): { count: number; readonly sinceMs: number } | undefined {
    const failed = this.#failures.get(address);
    return failed !== undefined && this.#now() - failed.sinceMs < windowMs ? failed : undefined;
  }
}
