const windowMs = 60_000;
const perWindow = 5;
const maxAddresses = 10_000;

/** Counts wrong keys by address. Who shows a right key is never counted, so nobody can lock others out. */
export class FailureLimit {
  readonly #failures = new Map<string, { count: number; since: number }>();

  /** Notes a failure; says whether there were too many within a minute. */
  note(address: string, now = Date.now()): boolean {
    const known = this.#failures.get(address);
    const entry =
      known === undefined || now - known.since >= windowMs ? { count: 0, since: now } : known;
    entry.count++;
    // Set anew, so that the order of the map is the order of age.
    if (entry !== known) this.#failures.delete(address);
    this.#failures.set(address, entry);
    this.#forget(now);
    return entry.count > perWindow;
  }

  #forget(now: number): void {
    for (const [address, { since }] of this.#failures) {
      if (now - since < windowMs && this.#failures.size <= maxAddresses) return;
      this.#failures.delete(address);
    }
  }
}
