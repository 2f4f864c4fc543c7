import { TooManyRequestsError, UnauthenticatedError } from '../errors.ts';
import { presentedKey, presentedToken, type PresentedKey } from './api-key.ts';
import { FailureLimit } from './failure-limit.ts';
import { RequestRate, type Rate } from './request-rate.ts';

/** Who asks, as far as HTTP says. */
export interface KeyRequest {
  readonly authorization: string | undefined;
  readonly address: string;
}

const failuresPerMinute = 5;

/** Says who holds what was presented; undefined, or a rejection with UnauthenticatedError, when it is not valid. */
export interface Holders<C> {
  readonly key: (key: PresentedKey) => Promise<C | undefined>;
  /** Without it no access token lets anybody in. */
  readonly token?: ((token: string) => Promise<C | undefined>) | undefined;
}

/** Lets in whoever presents a valid key or access token, and slows down guessing by address and haste by key. */
export class AdmitKey {
  readonly #failures: FailureLimit;
  readonly #rate: RequestRate;

  constructor(rate: Rate, now: () => number = Date.now) {
    this.#failures = new FailureLimit(failuresPerMinute, now);
    this.#rate = new RequestRate(rate, now);
  }

  /** Also of an address that is to wait: whoever shares it must not lock out a right key. */
  async admit<C extends { readonly keyId: string }>(
    { authorization, address }: KeyRequest,
    holders: Holders<C>,
  ): Promise<C> {
    let holder: C | undefined;
    try {
      holder = await holderOf(authorization, holders);
    } catch (error) {
      throw error instanceof UnauthenticatedError ? this.#refusal(address, error) : error;
    }
    if (holder === undefined) throw this.#refusal(address, new UnauthenticatedError());
    const { waitMs } = this.#rate.take(holder.keyId);
    if (waitMs > 0) throw new TooManyRequestsError('too many requests with this key', waitMs);
    return holder;
  }

  #refusal(address: string, reason: UnauthenticatedError): Error {
    const blockedMs = this.#failures.waitMs(address);
    if (blockedMs > 0)
      return new TooManyRequestsError('too many wrong keys from this address', blockedMs);
    this.#failures.note(address);
    return reason;
  }
}

async function holderOf<C>(
  authorization: string | undefined,
  holders: Holders<C>,
): Promise<C | undefined> {
  const key = presentedKey(authorization);
  if (key !== undefined) return holders.key(key);
  const token = presentedToken(authorization);
  return token === undefined ? undefined : holders.token?.(token);
}
