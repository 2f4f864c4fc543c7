import { adminScopes, hashOf, isSameHash, keyId, type ApiKey } from './api-key.ts';
import type { KeyStore } from './key-store.ts';

/** Who calls, and what the key may do. */
export interface Caller {
  readonly keyId: string;
  readonly scopes: readonly string[];
}

/** The key that the platform was set up with. */
export interface BootstrapKey {
  readonly id: string;
  readonly hash: string;
}

/** The last use is noted to the minute. */
const noteUseMs = 60_000;
// Compared with when there is no such key, so that the time tells nothing of which ids exist.
const noHash = hashOf('');

/** Tells who holds a key. */
export class Authenticate {
  readonly #keys: KeyStore;
  readonly #bootstrap: BootstrapKey | undefined;

  constructor(keys: KeyStore, bootstrap: BootstrapKey | undefined) {
    this.#keys = keys;
    this.#bootstrap = bootstrap;
  }

  /** The caller of a key; undefined for one that is unknown, has expired or is for the public API only. */
  async authenticate(key: string, now = new Date()): Promise<Caller | undefined> {
    const id = keyId(key);
    if (id === undefined) return undefined;
    const hash = hashOf(key);
    if (id === this.#bootstrap?.id) return bootstrapCaller(this.#bootstrap, hash);
    const known = await this.#keys.find(id);
    const isRight = isSameHash(hash, known?.hash ?? noHash);
    if (known === undefined || !isRight || !isUsable(known, now)) return undefined;
    await this.#noteUse(known, now);
    return { keyId: id, scopes: known.scopes };
  }

  async #noteUse({ id, lastUsedAt }: ApiKey, now: Date): Promise<void> {
    const isNoted = lastUsedAt !== undefined && now.getTime() - lastUsedAt.getTime() < noteUseMs;
    if (!isNoted) await this.#keys.used(id, now);
  }
}

function bootstrapCaller(known: BootstrapKey, hash: string): Caller | undefined {
  return isSameHash(hash, known.hash) ? { keyId: known.id, scopes: adminScopes } : undefined;
}

function isUsable({ kind, expiresAt }: ApiKey, now: Date): boolean {
  return kind === 'admin' && expiresAt > now;
}
