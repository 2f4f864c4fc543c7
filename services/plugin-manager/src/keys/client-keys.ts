import type { ApiKey } from './api-key.ts';

/** The gateway's register of keys for the public API: it gets hashes alone. */
export abstract class ClientKeys {
  abstract register(
    key: Pick<ApiKey, 'id' | 'name' | 'spaceId' | 'scopes' | 'expiresAt'> & { hash: string },
  ): Promise<void>;
  abstract revoke(id: string): Promise<void>;
}
