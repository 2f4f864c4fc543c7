import type { GivenToken } from '@made-open/http-manifest';

/** A token that requests leave with. */
export interface HeldToken {
  readonly token: string;
}

/** Gets one; `rotated` is the refresh token that came with the last one. */
export type AskForToken = (rotated: string | undefined) => Promise<GivenToken>;

interface Entry {
  held?: HeldToken | undefined;
  /** By the clock. */
  endsAt: number;
  refreshToken: string | undefined;
  asking: Promise<HeldToken> | undefined;
}

/** Where the answer does not say how long a token is good for. */
const defaultSeconds = 600;
/** Before its end nobody leaves with it any more, nor in the last tenth of a short one. */
const skewMs = 60_000;
const maxEntries = 1000;

/** Access tokens of all connections of a runner, kept in memory across sandbox calls. However many want one, one is asked for. */
export class AccessTokens {
  readonly #now: () => number;
  readonly #entries = new Map<string, Entry>();

  /** Milliseconds of a clock that nobody sets. */
  constructor(now: () => number) {
    this.#now = now;
  }

  async of(key: string, ask: AskForToken): Promise<HeldToken> {
    for (;;) {
      const entry = this.#entry(key);
      if (entry.held !== undefined && this.#now() < entry.endsAt) return entry.held;
      if (entry.asking === undefined) return this.#ask(entry, ask);
      // Another call asks: its end is no reason for this one to fail.
      const given = await entry.asking.catch(() => undefined);
      if (given !== undefined) return given;
    }
  }

  /** The provider takes it no more. */
  refuse(key: string, refused: HeldToken): void {
    const entry = this.#entries.get(key);
    if (entry?.held === refused) entry.held = undefined;
  }

  #entry(key: string): Entry {
    const entry = this.#entries.get(key) ?? {
      endsAt: 0,
      refreshToken: undefined,
      asking: undefined,
    };
    // The one that nobody asked for longest goes first.
    this.#entries.delete(key);
    this.#entries.set(key, entry);
    for (const oldest of this.#entries.keys()) {
      if (this.#entries.size <= maxEntries) break;
      this.#entries.delete(oldest);
    }
    return entry;
  }

  #ask(entry: Entry, ask: AskForToken): Promise<HeldToken> {
    entry.asking = this.#given(entry, ask).finally(() => {
      entry.asking = undefined;
    });
    return entry.asking;
  }

  async #given(entry: Entry, ask: AskForToken): Promise<HeldToken> {
    const {
      token,
      expiresInSeconds = defaultSeconds,
      refreshToken,
    } = await ask(entry.refreshToken);
    const ms = expiresInSeconds * 1000;
    entry.held = { token };
    entry.endsAt = this.#now() + ms - Math.min(skewMs, ms / 10);
    entry.refreshToken = refreshToken ?? entry.refreshToken;
    return entry.held;
  }
}
