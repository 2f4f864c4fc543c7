import {
  WalletService,
  type DeleteConfigRequest,
  type PutConfigRequest,
} from '@made-open/contracts';
import { OnCall } from '@made-open/nest';
import { Controller, Inject } from '@nestjs/common';
import { Vault } from '../vault/vault.ts';
import { eraseConfig } from './erase-config.ts';
import { PutConfig } from './put-config.ts';

@Controller()
export class SecretsConsumer {
  constructor(
    @Inject(PutConfig) private readonly putConfig: PutConfig,
    @Inject(Vault) private readonly vault: Vault,
  ) {}

  @OnCall(WalletService.method.putConfig)
  async put(request: PutConfigRequest): Promise<object> {
    const { spaceId, connectionId, pluginId, config, keptProperties, keepFormerSeconds } = request;
    const asked = { spaceId, connectionId, pluginId, config, keptProperties, keepFormerSeconds };
    return { revision: await this.putConfig.put({ ...asked, isAddition: request.addition }) };
  }

  @OnCall(WalletService.method.deleteConfig)
  async erase({ spaceId, connectionId }: DeleteConfigRequest): Promise<object> {
    await eraseConfig(this.vault, { spaceId, connectionId });
    return {};
  }
}
