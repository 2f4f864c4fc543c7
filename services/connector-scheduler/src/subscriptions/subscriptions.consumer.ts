import type { EventOf } from '@made-open/bus';
import {
  pluginIdOf,
  SchedulerService,
  WebhookHandledSchema,
  type ListSubscriptionsRequest,
  type RecordSubscriptionRequest,
} from '@made-open/contracts';
import { OnCall, OnEvents, type MessageContext } from '@made-open/nest';
import { Controller, Inject } from '@nestjs/common';
import { ConnectionStore } from '../connections/connection-store.ts';
import { hintSync } from './hint-sync.ts';
import { recordSubscription } from './keep-subscriptions.ts';
import { subscriptionMessage } from './subscription.ts';

@Controller()
export class SubscriptionsConsumer {
  constructor(@Inject(ConnectionStore) private readonly connections: ConnectionStore) {}

  @OnCall(SchedulerService.method.recordSubscription)
  async record(
    { result }: RecordSubscriptionRequest,
    { parameters }: MessageContext,
  ): Promise<object> {
    if (result !== undefined)
      await recordSubscription(this.connections, pluginIdOf(parameters.plugin ?? ''), result);
    return {};
  }

  @OnCall(SchedulerService.method.listSubscriptions)
  async list({ connectionId }: ListSubscriptionsRequest): Promise<object> {
    const subscriptions = await this.connections.subscriptions(connectionId);
    return { subscriptions: subscriptions.map(subscriptionMessage) };
  }

  @OnEvents(WebhookHandledSchema)
  async handled(events: readonly EventOf<typeof WebhookHandledSchema>[]): Promise<void> {
    for (const { message } of events) await hintSync(this.connections, message);
  }
}
