import type { Page, PageRequest } from '../page.ts';
import type { ApiKey } from './api-key.ts';

export type NewKey = Omit<ApiKey, 'createdAt' | 'lastUsedAt'> & { readonly hash: string };

/** Keys by their hash. */
export abstract class KeyStore {
  abstract add(key: NewKey): Promise<void>;
  abstract find(id: string): Promise<(ApiKey & { readonly hash: string }) | undefined>;
  abstract list(page: PageRequest): Promise<Page<ApiKey>>;
  abstract remove(id: string): Promise<void>;
  abstract used(id: string, at: Date): Promise<void>;
}
