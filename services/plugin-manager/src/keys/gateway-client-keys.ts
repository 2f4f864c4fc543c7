import type { Bus } from '@made-open/bus';
import { ApiKeyService } from '@made-open/contracts';
import type { ApiKey } from './api-key.ts';
import { ClientKeys } from './client-keys.ts';

export class GatewayClientKeys extends ClientKeys {
  readonly #bus: Bus;

  constructor(bus: Bus) {
    super();
    this.#bus = bus;
  }

  override async register(
    key: Pick<ApiKey, 'id' | 'name' | 'spaceId' | 'scopes' | 'expiresAt'> & { hash: string },
  ): Promise<void> {
    await this.#bus.call(ApiKeyService.method.registerApiKey, {
      keyId: key.id,
      keyHash: key.hash,
      name: key.name,
      spaceId: key.spaceId,
      scopes: [...key.scopes],
      expiresAt: key.expiresAt.toISOString(),
    });
  }

  override async revoke(id: string): Promise<void> {
    await this.#bus.call(ApiKeyService.method.revokeApiKey, { keyId: id });
  }
}
