import type { Platform } from '@made-open/nest';
import type { OutboxRelay } from '@made-open/postgres';
import { Inject, Module, type DynamicModule, type OnApplicationBootstrap } from '@nestjs/common';
import type { Ask } from './ask.ts';
import type { GatewayConfig } from './config.ts';
import { ConnectionStore } from './connections/connection-store.ts';
import { ConnectionsConsumer } from './connections/connections.consumer.ts';
import { PostgresConnectionStore } from './connections/postgres-connection-store.ts';
import type { GatewaySchema } from './database/migrations.ts';
import { DeliveriesConsumer } from './deliveries/deliveries.consumer.ts';
import { DeliveryStore } from './deliveries/delivery-store.ts';
import { Dispatcher } from './deliveries/dispatcher.ts';
import { PostgresDeliveryStore } from './deliveries/postgres-delivery-store.ts';
import { OutboundStore } from './outbound/storage/outbound-store.ts';
import { PostgresOutboundStore } from './outbound/storage/postgres-outbound-store.ts';
import { ProviderTexts } from './profile/provider-texts.ts';
import { webhookRoutesOf } from './webhooks/webhook-routes-of.ts';
import { WebhookRoutes } from './webhooks/webhook-routes.ts';

/** What comes in: connections as they are announced, webhooks, and their deliveries on the way to plugins. */
@Module({})
export class InboundModule implements OnApplicationBootstrap {
  constructor(@Inject(Dispatcher) private readonly dispatcher: Dispatcher) {}

  static register(
    platform: Platform<GatewaySchema>,
    config: GatewayConfig,
    { ask, relay }: { readonly ask: Ask; readonly relay: OutboxRelay },
  ): DynamicModule {
    const { bus, database, logger, metrics } = platform;
    const connections = new PostgresConnectionStore(database.db);
    const store = new PostgresDeliveryStore(database.db, () => relay.kick());
    const dispatcher = new Dispatcher({ store, bus, logger, ...config.deliveries });
    platform.onStop(() => dispatcher.stop());
    metrics.gauge('deliveries_waiting', 'Deliveries of webhooks that are not handled yet', () =>
      store.count('pending'),
    );
    metrics.gauge('deliveries_failed', 'Deliveries of webhooks that were given up', () =>
      store.count('failed'),
    );
    return {
      module: InboundModule,
      controllers: [ConnectionsConsumer, DeliveriesConsumer],
      providers: [
        { provide: ConnectionStore, useValue: connections },
        { provide: DeliveryStore, useValue: store },
        { provide: Dispatcher, useValue: dispatcher },
        { provide: ProviderTexts, useValue: new ProviderTexts(config.profile) },
        {
          provide: OutboundStore,
          useValue: new PostgresOutboundStore(database.db, () => undefined),
        },
        {
          provide: WebhookRoutes,
          useValue: webhookRoutesOf(platform, config, { ask, connections, deliveries: store }),
        },
      ],
      exports: [ConnectionStore],
    };
  }

  onApplicationBootstrap(): void {
    this.dispatcher.start();
  }
}
