import type { EventOf } from '@made-open/bus';
import { ConnectionChangedSchema } from '@made-open/contracts';
import { OnEvents, type MessageContext } from '@made-open/nest';
import { Controller, Inject } from '@nestjs/common';
import { DeliveryStore } from '../deliveries/delivery-store.ts';
import { Dispatcher } from '../deliveries/dispatcher.ts';
import { OutboundStore } from '../outbound/storage/outbound-store.ts';
import { announcedConnection } from './announced-connection.ts';
import { ConnectionStore } from './connection-store.ts';
import { eraseAll } from './erase-all.ts';

/** Keeps the gateway's own picture of the connections. */
@Controller()
export class ConnectionsConsumer {
  constructor(
    @Inject(ConnectionStore) private readonly connections: ConnectionStore,
    @Inject(DeliveryStore) private readonly deliveries: DeliveryStore,
    @Inject(OutboundStore) private readonly outbound: OutboundStore,
    @Inject(Dispatcher) private readonly dispatcher: Dispatcher,
  ) {}

  @OnEvents(ConnectionChangedSchema)
  async changed(
    events: readonly EventOf<typeof ConnectionChangedSchema>[],
    context: MessageContext,
  ): Promise<void> {
    for (const { message } of events) {
      await this.connections.apply(announcedConnection(message));
      const { id, state } = (await this.connections.find(message.connectionId)) ?? {};
      if (id !== undefined && state === 'deleted')
        await eraseAll([this.deliveries, this.outbound], id, () => context.working());
    }
    // What has waited for a connection goes on when it is active again.
    this.dispatcher.kick();
  }
}
