import type { ApiKey } from './api-key.ts';
import { ApiKeyStore } from './api-key-store.ts';

/** A store for specs. */
export class MemoryApiKeyStore extends ApiKeyStore {
  readonly #keys = new Map<string, ApiKey>();

  override find(id: string): Promise<ApiKey | undefined> {
    return Promise.resolve(this.#keys.get(id));
  }

  override save(key: ApiKey): Promise<{ saved: boolean }> {
    const known = this.#keys.get(key.id);
    const saved = known === undefined || known.hash === key.hash;
    if (saved) this.#keys.set(key.id, { ...key, lastUsedAt: known?.lastUsedAt });
    return Promise.resolve({ saved });
  }

  override remove(id: string): Promise<{ removed: boolean }> {
    return Promise.resolve({ removed: this.#keys.delete(id) });
  }

  override touch(id: string, usedAt: Date): Promise<void> {
    const key = this.#keys.get(id);
    if (key !== undefined) this.#keys.set(id, { ...key, lastUsedAt: usedAt });
    return Promise.resolve();
  }
}
