import {
  pluginIdOf,
  WalletService,
  type BindRunnerRequest,
  type DeleteConfigRequest,
  type DeliverConfigRequest,
  type PutConfigRequest,
  type RegisterTicketRequest,
} from '@made-open/contracts';
import { OnCall, type MessageContext } from '@made-open/nest';
import { Controller, Inject } from '@nestjs/common';
import { ConfigDelivery } from './deliver-config.ts';
import { RunnerStore } from './runner-store.ts';

@Controller()
export class WalletConsumer {
  constructor(
    @Inject(ConfigDelivery) private readonly configs: ConfigDelivery,
    @Inject(RunnerStore) private readonly runners: RunnerStore,
  ) {}

  @OnCall(WalletService.method.putConfig)
  async put(request: PutConfigRequest): Promise<object> {
    return { revision: await this.configs.put({ ...request, config: request.config }) };
  }

  @OnCall(WalletService.method.deleteConfig)
  async delete({ connectionId }: DeleteConfigRequest): Promise<object> {
    await this.configs.delete(connectionId);
    return {};
  }

  @OnCall(WalletService.method.registerTicket)
  async ticket({ pluginId, ticketHash, expiresInSeconds }: RegisterTicketRequest): Promise<object> {
    await this.runners.announce(pluginId, ticketHash, expiresInSeconds);
    return {};
  }

  @OnCall(WalletService.method.bindRunner)
  async bind({ ticket, publicKey }: BindRunnerRequest, context: MessageContext): Promise<object> {
    return {
      runnerId: await this.configs.bind(pluginIdOf(context.parameters[0] ?? ''), ticket, publicKey),
    };
  }

  @OnCall(WalletService.method.deliverConfig)
  deliver(request: DeliverConfigRequest, context: MessageContext): Promise<object> {
    return this.configs.deliver(pluginIdOf(context.parameters[0] ?? ''), request);
  }
}
