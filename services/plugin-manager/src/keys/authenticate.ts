import { isSameHash, type PresentedKey } from '@made-open/nest';
import { adminScopes, everyScope, type ApiKey } from './api-key.ts';
import type { KeyStore } from './key-store.ts';

/** Who calls, and what the key or access token may do. */
export interface Caller {
  /** Names the caller in the audit: the id of a key, or `oidc:` and the subject of an access token. */
  readonly keyId: string;
  readonly scopes: readonly string[];
}

/** The last use is noted to the minute. */
const noteUseMs = 60_000;

/** Tells who holds a key. */
export class Authenticate {
  readonly #keys: KeyStore;
  readonly #bootstrap: PresentedKey | undefined;

  constructor(keys: KeyStore, bootstrap: PresentedKey | undefined) {
    this.#keys = keys;
    this.#bootstrap = bootstrap;
  }

  /** The caller of a key; undefined for one that is unknown, has expired or is for the public API only. */
  async authenticate({ id, hash }: PresentedKey, now = new Date()): Promise<Caller | undefined> {
    if (id === this.#bootstrap?.id) return bootstrapCaller(this.#bootstrap, hash);
    const known = await this.#keys.find(id);
    const isRight = isSameHash(hash, known?.hash);
    if (known === undefined || !isRight || !isUsable(known, now)) return undefined;
    await this.#noteUse(known, now);
    return { keyId: id, scopes: opened(known.scopes) };
  }

  async #noteUse({ id, lastUsedAt }: ApiKey, now: Date): Promise<void> {
    const isNoted = lastUsedAt !== undefined && now.getTime() - lastUsedAt.getTime() < noteUseMs;
    if (!isNoted) await this.#keys.used(id, now);
  }
}

function bootstrapCaller(known: PresentedKey, hash: string): Caller | undefined {
  return isSameHash(hash, known.hash)
    ? { keyId: known.id, scopes: opened([everyScope]) }
    : undefined;
}

function opened(scopes: readonly string[]): readonly string[] {
  return scopes.includes(everyScope) ? [everyScope, ...adminScopes] : scopes;
}

function isUsable({ kind, expiresAt }: ApiKey, now: Date): boolean {
  return kind === 'admin' && expiresAt > now;
}
