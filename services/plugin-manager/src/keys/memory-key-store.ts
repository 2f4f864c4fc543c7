import { pageOf, type Page, type PageRequest } from '../page.ts';
import type { ApiKey } from './api-key.ts';
import { KeyStore, type NewKey } from './key-store.ts';

/** Keys in memory, for tests. */
export class MemoryKeyStore extends KeyStore {
  readonly #keys = new Map<string, ApiKey & { readonly hash: string }>();

  override add(key: NewKey): Promise<void> {
    this.#keys.set(key.id, { ...key, createdAt: new Date(), lastUsedAt: undefined });
    return Promise.resolve();
  }

  override find(id: string): Promise<(ApiKey & { readonly hash: string }) | undefined> {
    return Promise.resolve(this.#keys.get(id));
  }

  override list({ limit, after = '' }: PageRequest): Promise<Page<ApiKey>> {
    const rows = [...this.#keys.values()]
      .filter(({ id }) => id > after)
      .toSorted((a, b) => (a.id < b.id ? -1 : 1));
    return Promise.resolve(pageOf<ApiKey>(rows, limit, ({ id }) => id));
  }

  override remove(id: string): Promise<void> {
    this.#keys.delete(id);
    return Promise.resolve();
  }

  override used(id: string, at: Date): Promise<void> {
    const key = this.#keys.get(id);
    if (key !== undefined) this.#keys.set(id, { ...key, lastUsedAt: at });
    return Promise.resolve();
  }
}
