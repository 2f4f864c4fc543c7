import {
  DeliveryService,
  pluginIdOf,
  WebhookReceivedSchema,
  type GetDeliveryRequest,
  type ListDeliveriesRequest,
  type RecordDeliveryRequest,
  type ReplayDeliveryRequest,
  type WebhookReceived,
} from '@made-open/contracts';
import { OnCall, OnCommand, type MessageContext } from '@made-open/nest';
import { Controller, Inject } from '@nestjs/common';
import { ProviderTexts } from '../profile/provider-texts.ts';
import { addDelivery } from './add-delivery.ts';
import { isDeliveryId } from './delivery-id.ts';
import { DeliveryStore } from './delivery-store.ts';
import { askedState, deliveryMessage } from './delivery-view.ts';
import { Dispatcher } from './dispatcher.ts';
import { listDeliveries } from './list-deliveries.ts';
import { recordDelivery } from './record-delivery.ts';
import { replayDelivery } from './replay-delivery.ts';

@Controller()
export class DeliveriesConsumer {
  constructor(
    @Inject(DeliveryStore) private readonly deliveries: DeliveryStore,
    @Inject(Dispatcher) private readonly dispatcher: Dispatcher,
    @Inject(ProviderTexts) private readonly texts: ProviderTexts,
  ) {}

  @OnCommand(WebhookReceivedSchema)
  async received(message: WebhookReceived): Promise<void> {
    await addDelivery(this.deliveries, message);
    this.dispatcher.kick();
  }

  @OnCall(DeliveryService.method.recordDelivery)
  async record(request: RecordDeliveryRequest, { parameters }: MessageContext): Promise<object> {
    const result = this.texts.ofResult(request.result);
    await recordDelivery(this.deliveries, pluginIdOf(parameters.plugin ?? ''), {
      ...request,
      result,
    });
    this.dispatcher.kick();
    return {};
  }

  @OnCall(DeliveryService.method.listDeliveries)
  async list({ connectionId, state, limit, cursor }: ListDeliveriesRequest): Promise<object> {
    const page = { connectionId, state: askedState(state), limit, cursor };
    const { deliveries, nextCursor } = await listDeliveries(this.deliveries, page);
    return { deliveries: deliveries.map(deliveryMessage), nextCursor };
  }

  @OnCall(DeliveryService.method.getDelivery)
  async get({ connectionId, deliveryId }: GetDeliveryRequest): Promise<object> {
    const found = isDeliveryId(deliveryId)
      ? await this.deliveries.find(connectionId, deliveryId)
      : undefined;
    if (found === undefined) return {};
    const { body, headers, query } = found;
    return { delivery: deliveryMessage(found), body, headers, query };
  }

  @OnCall(DeliveryService.method.replayDelivery)
  async replay(request: ReplayDeliveryRequest): Promise<object> {
    const delivery = await replayDelivery(this.deliveries, request);
    this.dispatcher.kick();
    return delivery === undefined ? {} : { delivery: deliveryMessage(delivery) };
  }
}
