import {
  AdmitKey,
  isSameHash,
  type KeyRequest,
  type PresentedKey,
  type Rate,
} from '@made-open/nest';
import { ForbiddenError } from '../errors.ts';
import { clientScopes, type ApiKey, type Client, type ClientScope } from './api-key.ts';
import type { ApiKeyStore } from './api-key-store.ts';

export interface AdmissionOptions {
  /** The one key of a fresh platform: every client scope, in the default space. */
  readonly bootstrapKey: PresentedKey | undefined;
  readonly rate: Rate;
  readonly now?: () => number;
  /** Hears when the time of a key's use could not be written. */
  readonly onError?: (error: unknown) => void;
}

export interface Request extends KeyRequest {
  /** Undefined for a route that declares none: it is open to nobody. */
  readonly scope: ClientScope | undefined;
}

const touchEveryMs = 60_000;

/** Lets in whoever presents a valid key with the right scope. */
export class AdmitClient {
  readonly #store: ApiKeyStore;
  readonly #options: AdmissionOptions;
  readonly #now: () => number;
  readonly #door: AdmitKey;

  constructor(store: ApiKeyStore, options: AdmissionOptions) {
    this.#store = store;
    this.#options = options;
    this.#now = options.now ?? Date.now;
    this.#door = new AdmitKey(options.rate, this.#now);
  }

  async admit({ scope, ...request }: Request): Promise<Client> {
    const client = await this.#door.admit(request, { key: (key) => this.#authenticate(key) });
    if (scope === undefined || !client.scopes.includes(scope)) throw new ForbiddenError(scope);
    return client;
  }

  /** Whether a client that was let in would still be: its key has neither ended nor been revoked. */
  async isStillAdmitted({ keyId }: Client): Promise<boolean> {
    if (this.#options.bootstrapKey?.id === keyId) return true;
    const key = await this.#store.find(keyId);
    return key !== undefined && key.expiresAt.getTime() > this.#now();
  }

  async #authenticate({ id, hash }: PresentedKey): Promise<Client | undefined> {
    const bootstrap = this.#options.bootstrapKey;
    if (bootstrap?.id === id && isSameHash(hash, bootstrap.hash))
      return { keyId: id, spaceId: 'default', scopes: clientScopes };
    const key = await this.#store.find(id);
    const isRight = isSameHash(hash, key?.hash);
    if (key === undefined || !isRight || key.expiresAt.getTime() <= this.#now()) return undefined;
    this.#touch(key);
    return { keyId: id, spaceId: key.spaceId, scopes: key.scopes };
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
