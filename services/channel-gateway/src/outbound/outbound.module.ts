import type { Platform } from '@made-open/nest';
import { OutboxRelay } from '@made-open/postgres';
import { Inject, Module, type DynamicModule, type OnApplicationBootstrap } from '@nestjs/common';
import type { Ask } from '../ask.ts';
import type { GatewayConfig } from '../config.ts';
import { PostgresConnectionStore } from '../connections/postgres-connection-store.ts';
import { PostgresProviderSlots } from '../connections/slots/postgres-provider-slots.ts';
import type { GatewaySchema } from '../database/migrations.ts';
import { ReadFile } from '../files/read-file.ts';
import { ProviderTexts } from '../profile/provider-texts.ts';
import { readController, sendController } from './api/outbound.controller.ts';
import { SubmitOutbound } from './api/submit-outbound.ts';
import { faxParts } from './faxes/faxes.module.ts';
import { MediaController } from './media/media.controller.ts';
import { MediaLinks } from './media/media-links.ts';
import { mediaSecret } from './media/media-secret.ts';
import { OutboundConsumer } from './outbound.consumer.ts';
import { webhookUrlOf } from './sending/webhook-url.ts';
import { Dispatcher } from './sending/dispatcher.ts';
import { TakeResults } from './sending/take-results.ts';
import { OutboundStore } from './storage/outbound-store.ts';
import { PostgresOutboundStore } from './storage/postgres-outbound-store.ts';

const retentionDays = 30;
const sending = [
  sendController('message'),
  sendController('call'),
  readController('message'),
  readController('call'),
];

export interface OutboundNeeds {
  readonly ask: Ask;
  readonly relay: OutboxRelay;
}

/** What sends messages, calls and faxes. */
@Module({})
export class OutboundModule implements OnApplicationBootstrap {
  constructor(
    @Inject(OutboxRelay) private readonly relay: OutboxRelay,
    @Inject(Dispatcher) private readonly dispatcher: Dispatcher,
  ) {}

  static register(
    platform: Platform<GatewaySchema>,
    { publicUrl, profile }: Pick<GatewayConfig, 'publicUrl' | 'profile'>,
    { ask, relay }: OutboundNeeds,
  ): DynamicModule {
    const { logger } = platform;
    const { db } = platform.database;
    const connections = new PostgresConnectionStore(db);
    const store = new PostgresOutboundStore(db, () => relay.kick());
    const links = new MediaLinks({ publicUrl, secret: () => mediaSecret(db) });
    const linkTo = links.linkTo.bind(links);
    const dispatcher = new Dispatcher({
      store,
      connections,
      logger,
      retentionDays,
      linkTo,
      webhookUrlOf: (connection) => webhookUrlOf(connection, publicUrl),
    });
    const submissions = new SubmitOutbound({ store, connections, ask }, () => dispatcher.kick());
    const slots = new PostgresProviderSlots(db);
    const areTestsAllowed = profile !== 'hipaa';
    const faxes = faxParts({ store, connections, slots, ask, areTestsAllowed }, () =>
      dispatcher.kick(),
    );
    const texts = new ProviderTexts(profile);
    const results = new TakeResults({ store, connections, texts });
    // What the dispatcher still begins is published.
    platform.onStop(() => dispatcher.stop());
    platform.onStop(() => relay.stop());
    measure(platform, store);
    return {
      module: OutboundModule,
      controllers: [...sending, ...faxes.controllers, MediaController, OutboundConsumer],
      providers: [
        { provide: OutboxRelay, useValue: relay },
        { provide: OutboundStore, useValue: store },
        { provide: MediaLinks, useValue: links },
        { provide: ReadFile, useFactory: () => new ReadFile(ask) },
        { provide: Dispatcher, useValue: dispatcher },
        { provide: TakeResults, useValue: results },
        { provide: SubmitOutbound, useValue: submissions },
        ...faxes.providers,
      ],
    };
  }

  onApplicationBootstrap(): void {
    this.relay.start();
    this.dispatcher.start();
  }
}

function measure({ metrics }: Platform<GatewaySchema>, store: OutboundStore): void {
  metrics.gauge(
    'outbound_queued',
    'Messages and calls that wait for an attempt',
    async () => (await store.backlog()).queued,
  );
  metrics.gauge(
    'outbound_oldest_due_seconds',
    'For how long the oldest message or call that is due has waited for its attempt',
    async () => (await store.backlog()).oldestDueSeconds,
  );
}
