import { pluginIdOf, WalletService, type DeliverConfigRequest } from '@made-open/contracts';
import { OnCall, type MessageContext } from '@made-open/nest';
import { Controller, Inject } from '@nestjs/common';
import { DeliverConfig } from './deliver-config.ts';

@Controller()
export class DeliveryConsumer {
  constructor(@Inject(DeliverConfig) private readonly configs: DeliverConfig) {}

  @OnCall(WalletService.method.deliverConfig)
  deliver(
    { runnerId, connectionId, runId, nonce, rejectedToken }: DeliverConfigRequest,
    { parameters }: MessageContext,
  ): Promise<object> {
    const pluginId = pluginIdOf(parameters.plugin ?? '');
    return this.configs.deliver(pluginId, {
      runnerId,
      connectionId,
      runId,
      nonce,
      rejectedToken,
    });
  }
}
