export interface Rate {
  readonly perSecond: number;
  /** Requests that may come at once. */
  readonly burst: number;
}

const maxKeys = 10_000;

/** A token bucket for each key. */
export class RequestRate {
  readonly #rate: Rate;
  readonly #now: () => number;
  readonly #buckets = new Map<string, { readonly tokens: number; readonly atMs: number }>();

  constructor(rate: Rate, now: () => number) {
    this.#rate = rate;
    this.#now = now;
  }

  /** Takes a token, or says in how many milliseconds there is one. */
  take(key: string): { waitMs: number } {
    const { tokens, atMs } = this.#bucket(key);
    const isGranted = tokens >= 1;
    // Behind all others: what is first has rested longest and is fullest.
    this.#buckets.delete(key);
    const [longest] = this.#buckets.keys();
    if (this.#buckets.size >= maxKeys && longest !== undefined) this.#buckets.delete(longest);
    this.#buckets.set(key, { tokens: isGranted ? tokens - 1 : tokens, atMs });
    return { waitMs: this.#waitMs(tokens) };
  }

  /** Says the same as `take`, and takes none. */
  look(key: string): { waitMs: number } {
    return { waitMs: this.#waitMs(this.#bucket(key).tokens) };
  }

  #bucket(key: string): { readonly tokens: number; readonly atMs: number } {
    const atMs = this.#now();
    const { perSecond, burst } = this.#rate;
    const bucket = this.#buckets.get(key) ?? { tokens: burst, atMs };
    const refilled = ((atMs - bucket.atMs) / 1000) * perSecond;
    return { tokens: Math.min(burst, bucket.tokens + refilled), atMs };
  }

  #waitMs(tokens: number): number {
    return tokens >= 1 ? 0 : ((1 - tokens) / this.#rate.perSecond) * 1000;
  }
}
