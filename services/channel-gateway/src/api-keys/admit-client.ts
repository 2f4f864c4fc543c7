import { ForbiddenError, TooManyRequestsError, UnauthenticatedError } from '../errors.ts';
import {
  clientScopes,
  isSameHash,
  presentedKey,
  type ApiKey,
  type Client,
  type ClientScope,
  type PresentedKey,
} from './api-key.ts';
import type { ApiKeyStore } from './api-key-store.ts';
import { FailureLimit } from './failure-limit.ts';
import { RequestRate, type Rate } from './request-rate.ts';

export interface AdmissionOptions {
  /** The one key of a fresh platform: every client scope, in the default space. */
  readonly bootstrapKey: PresentedKey | undefined;
  readonly rate: Rate;
  readonly now?: () => number;
  /** Hears when the time of a key's use could not be written. */
  readonly onError?: (error: unknown) => void;
}

export interface Request {
  readonly authorization: string | undefined;
  readonly address: string;
  /** Undefined for a route that declares none: it is open to nobody. */
  readonly scope: ClientScope | undefined;
}

const failuresPerMinute = 5;
const touchEveryMs = 60_000;
const maxGoodKeys = 10_000;
/** Compared with when there is no such key, so that the time taken does not tell. */
const nobody = '0'.repeat(64);

/** Lets in whoever presents a valid key with the right scope, and slows down guessing and haste. */
export class AdmitClient {
  readonly #store: ApiKeyStore;
  readonly #options: AdmissionOptions;
  readonly #now: () => number;
  readonly #failures: FailureLimit;
  readonly #rate: RequestRate;
  /** Hashes of keys that were right before: wrong keys from the same address do not lock them out. */
  readonly #goodHashes = new Set<string>();

  constructor(store: ApiKeyStore, options: AdmissionOptions) {
    this.#store = store;
    this.#options = options;
    this.#now = options.now ?? Date.now;
    this.#failures = new FailureLimit(failuresPerMinute, this.#now);
    this.#rate = new RequestRate(options.rate, this.#now);
  }

  async admit({ authorization, address, scope }: Request): Promise<Client> {
    const key = presentedKey(authorization);
    const blockedMs = this.#failures.waitMs(address);
    if (blockedMs > 0 && (key === undefined || !this.#goodHashes.has(key.hash)))
      throw new TooManyRequestsError('too many wrong keys from this address', blockedMs);
    const client = key === undefined ? undefined : await this.#authenticate(key);
    if (client === undefined) {
      this.#failures.note(address);
      throw new UnauthenticatedError();
    }
    const { waitMs } = this.#rate.take(client.keyId);
    if (waitMs > 0) throw new TooManyRequestsError('too many requests with this key', waitMs);
    if (scope === undefined || !client.scopes.includes(scope)) throw new ForbiddenError(scope);
    return client;
  }

  async #authenticate({ id, hash }: PresentedKey): Promise<Client | undefined> {
    const bootstrap = this.#options.bootstrapKey;
    if (bootstrap?.id === id && isSameHash(hash, bootstrap.hash)) {
      this.#remember(hash);
      return { keyId: id, spaceId: 'default', scopes: clientScopes };
    }
    const key = await this.#store.find(id);
    const isRight = isSameHash(hash, key?.hash ?? nobody);
    if (key === undefined || !isRight || key.expiresAt.getTime() <= this.#now()) return undefined;
    this.#remember(hash);
    this.#touch(key);
    return { keyId: id, spaceId: key.spaceId, scopes: key.scopes };
  }

  #remember(hash: string): void {
    const [oldest] = this.#goodHashes;
    if (this.#goodHashes.size >= maxGoodKeys && oldest !== undefined)
      this.#goodHashes.delete(oldest);
    this.#goodHashes.add(hash);
  }

  /** Once a minute is enough to see which keys are in use, and costs a read nothing. */
  #touch({ id, lastUsedAt }: ApiKey): void {
    const nowMs = this.#now();
    if (lastUsedAt !== undefined && nowMs - lastUsedAt.getTime() < touchEveryMs) return;
    this.#store.touch(id, new Date(nowMs)).catch((error: unknown) => {
      this.#options.onError?.(error);
    });
  }
}
