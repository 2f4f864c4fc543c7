import type { ApiKey } from './api-key.ts';

/** Keys of API clients. Every adapter passes `test/api-key-store.contract.ts`. */
export abstract class ApiKeyStore {
  abstract find(id: string): Promise<ApiKey | undefined>;
  /** Adds a key; one that is there already is replaced only by itself, so that repeating is harmless. */
  abstract save(key: ApiKey): Promise<{ saved: boolean }>;
  abstract remove(id: string): Promise<{ removed: boolean }>;
  abstract touch(id: string, usedAt: Date): Promise<void>;
}
