import {
  ApiKeyService,
  type RegisterApiKeyRequest,
  type RevokeApiKeyRequest,
} from '@made-open/contracts';
import { OnCall } from '@made-open/nest';
import { Controller, Inject } from '@nestjs/common';
import { ApiKeyStore } from './api-key-store.ts';

@Controller()
export class ApiKeysConsumer {
  constructor(@Inject(ApiKeyStore) private readonly keys: ApiKeyStore) {}

  @OnCall(ApiKeyService.method.registerApiKey)
  async register(request: RegisterApiKeyRequest): Promise<object> {
    await this.keys.register(request);
    return {};
  }

  @OnCall(ApiKeyService.method.revokeApiKey)
  async revoke({ keyId }: RevokeApiKeyRequest): Promise<object> {
    return { revoked: await this.keys.revoke(keyId) };
  }
}
