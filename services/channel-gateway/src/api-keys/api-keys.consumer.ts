import {
  ApiKeyService,
  type RegisterApiKeyRequest,
  type RevokeApiKeyRequest,
} from '@made-open/contracts';
import { OnCall } from '@made-open/nest';
import { Controller, Inject } from '@nestjs/common';
import { ApiKeyStore } from './api-key-store.ts';
import { registerApiKey } from './register-api-key.ts';

/** Takes over keys that plugin-manager made, and forgets revoked ones. */
@Controller()
export class ApiKeysConsumer {
  constructor(@Inject(ApiKeyStore) private readonly store: ApiKeyStore) {}

  @OnCall(ApiKeyService.method.registerApiKey)
  async register(request: RegisterApiKeyRequest): Promise<object> {
    await registerApiKey(this.store, request, new Date());
    return {};
  }

  @OnCall(ApiKeyService.method.revokeApiKey)
  async revoke({ keyId }: RevokeApiKeyRequest): Promise<{ revoked: boolean }> {
    const { removed } = await this.store.remove(keyId);
    return { revoked: removed };
  }
}
