import { TooManyRequestsError, UnauthenticatedError } from '../errors.ts';
import { presentedKey, type PresentedKey } from './api-key.ts';
import { FailureLimit } from './failure-limit.ts';
import { RequestRate, type Rate } from './request-rate.ts';

/** Who asks, as far as HTTP says. */
export interface KeyRequest {
  readonly authorization: string | undefined;
  readonly address: string;
}

const failuresPerMinute = 5;

/** Lets in whoever presents a valid key, and slows down guessing by address and haste by key. */
export class AdmitKey {
  readonly #failures: FailureLimit;
  readonly #rate: RequestRate;

  constructor(rate: Rate, now: () => number = Date.now) {
    this.#failures = new FailureLimit(failuresPerMinute, now);
    this.#rate = new RequestRate(rate, now);
  }

  /** `authenticate` says who holds a key, or undefined when it is not valid. */
  async admit<C extends { readonly keyId: string }>(
    { authorization, address }: KeyRequest,
    authenticate: (key: PresentedKey) => Promise<C | undefined>,
  ): Promise<C> {
    const key = presentedKey(authorization);
    // Also of an address that is to wait: whoever shares it must not lock out a right key.
    const holder = key === undefined ? undefined : await authenticate(key);
    if (holder === undefined) throw this.#refusal(address);
    const { waitMs } = this.#rate.take(holder.keyId);
    if (waitMs > 0) throw new TooManyRequestsError('too many requests with this key', waitMs);
    return holder;
  }

  #refusal(address: string): Error {
    const blockedMs = this.#failures.waitMs(address);
    if (blockedMs > 0)
      return new TooManyRequestsError('too many wrong keys from this address', blockedMs);
    this.#failures.note(address);
    return new UnauthenticatedError();
  }
}
