import {
  WalletService,
  type SignWebhookRequest,
  type VerifyWebhookRequest,
} from '@made-open/contracts';
import { OnCall } from '@made-open/nest';
import { Controller, Inject } from '@nestjs/common';
import { SignWebhook } from './sign-webhook.ts';
import { VerifyWebhook } from './verify-webhook.ts';

@Controller()
export class WebhooksConsumer {
  constructor(
    @Inject(VerifyWebhook) private readonly verifyWebhook: VerifyWebhook,
    @Inject(SignWebhook) private readonly signWebhook: SignWebhook,
  ) {}

  @OnCall(WalletService.method.verifyWebhook)
  verify({ spaceId, connectionId, pluginId, request }: VerifyWebhookRequest): Promise<object> {
    return this.verifyWebhook.verify({ spaceId, connectionId, pluginId, request });
  }

  @OnCall(WalletService.method.signWebhook)
  async sign({
    spaceId,
    endpointId,
    webhookId,
    timestamp,
    body,
  }: SignWebhookRequest): Promise<object> {
    const wanted = { spaceId, endpointId, webhookId, timestamp, body };
    return { signature: await this.signWebhook.sign(wanted) };
  }
}
