import { describeError } from '@made-open/bus';

/** An access token that the wallet put into the config. */
export interface AccessToken {
  readonly value: string;
  readonly revision: number;
}

/**
 * The access token of a run. The plugin has the one it began with; when the source refuses it, the wallet gives a fresh one,
 * and that goes into the headers in its place, so that a run may last longer than a token.
 */
export class LiveToken {
  readonly #renew: (rejected: number) => Promise<AccessToken>;
  readonly #retired: string[] = [];
  #current: AccessToken;
  #renewing: Promise<AccessToken> | undefined;
  #refusal: unknown;

  constructor(first: AccessToken, renew: (rejected: number) => Promise<AccessToken>) {
    this.#current = first;
    this.#renew = renew;
  }

  /** Revision of the token that requests leave with now. */
  get revision(): number {
    return this.#current.revision;
  }

  /** Why the wallet will give no other one, whoever asks: somebody has to sign in again, for example. */
  get refusal(): unknown {
    return this.#refusal;
  }

  /** Headers with the token as it is now; undefined when they have none. */
  dress(
    headers: Readonly<Record<string, unknown>> = {},
  ): Readonly<Record<string, unknown>> | undefined {
    const known = [this.#current.value, ...this.#retired];
    let isUsed = false;
    const dressed = Object.entries(headers).map(([name, value]) => {
      const found = known.find((token) => typeof value === 'string' && value.includes(token));
      if (found === undefined || typeof value !== 'string') return [name, value] as const;
      isUsed = true;
      return [name, value.replaceAll(found, this.#current.value)] as const;
    });
    return isUsed ? Object.fromEntries(dressed) : undefined;
  }

  /** Whether there is another token than the one that was refused; the wallet is asked once for all requests. */
  async replace(rejected: number): Promise<boolean> {
    if (this.#current.revision !== rejected) return true;
    this.#renewing ??= this.#renew(rejected)
      .catch((error: unknown) => {
        if (describeError(error).retry === 'never') this.#refusal = error;
        throw error;
      })
      .finally(() => (this.#renewing = undefined));
    const renewed = await this.#renewing;
    if (renewed.revision === rejected) return false;
    if (this.#current.revision === rejected) {
      this.#retired.push(this.#current.value);
      this.#current = renewed;
    }
    return true;
  }
}
