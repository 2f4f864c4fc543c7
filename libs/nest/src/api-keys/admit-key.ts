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
const maxGoodKeys = 10_000;

/** Lets in whoever presents a valid key, and slows down guessing by address and haste by key. */
export class AdmitKey {
  readonly #failures: FailureLimit;
  readonly #rate: RequestRate;
  /** Hashes of keys that were right before: wrong keys from the same address do not lock them out. */
  readonly #goodHashes = new Set<string>();

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
    const blockedMs = this.#failures.waitMs(address);
    if (blockedMs > 0 && (key === undefined || !this.#goodHashes.has(key.hash)))
      throw new TooManyRequestsError('too many wrong keys from this address', blockedMs);
    const holder = key === undefined ? undefined : await authenticate(key);
    if (key === undefined || holder === undefined) {
      this.#failures.note(address);
      throw new UnauthenticatedError();
    }
    this.#remember(key.hash);
    const { waitMs } = this.#rate.take(holder.keyId);
    if (waitMs > 0) throw new TooManyRequestsError('too many requests with this key', waitMs);
    return holder;
  }

  #remember(hash: string): void {
    const [oldest] = this.#goodHashes;
    if (this.#goodHashes.size >= maxGoodKeys && oldest !== undefined)
      this.#goodHashes.delete(oldest);
    this.#goodHashes.add(hash);
  }
}
