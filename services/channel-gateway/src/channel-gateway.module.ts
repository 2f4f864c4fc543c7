import { outboxRelayOf, type Platform } from '@made-open/nest';
import { Module, type DynamicModule, type Provider } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { AdmitClient } from './api-keys/admit-client.ts';
import { ApiKeyStore } from './api-keys/api-key-store.ts';
import { ApiKeysConsumer } from './api-keys/api-keys.consumer.ts';
import { ClientGuard } from './api-keys/client.guard.ts';
import { PostgresApiKeyStore } from './api-keys/postgres-api-key-store.ts';
import { askOver } from './ask.ts';
import type { GatewayConfig } from './config.ts';
import type { GatewaySchema } from './database/migrations.ts';
import { DescriptionController } from './description/description.controller.ts';
import { SchemasController } from './description/schemas.controller.ts';
import { entitiesController } from './entities/entities.controller.ts';
import { entityKinds, kindsWithParticipants } from './entities/entity-kind.ts';
import { participantsController } from './entities/participants.controller.ts';
import { ReadParticipants } from './entities/read-participants.ts';
import { LinkedPersonController } from './entities/linked-person.controller.ts';
import { ReadEntities } from './entities/read-entities.ts';
import { ReadLinkedPerson } from './entities/read-linked-person.ts';
import { FilesController } from './files/files.controller.ts';
import { ReadFile } from './files/read-file.ts';
import { InboundModule } from './inbound.module.ts';
import { CompleteSignIn } from './oauth/complete-sign-in.ts';
import { OAuthController } from './oauth/oauth.controller.ts';
import { OutboundModule } from './outbound/outbound.module.ts';
import { SearchEntities } from './search/search-entities.ts';
import { SearchController } from './search/search.controller.ts';
import { EventFeed } from './stream/event-feed.ts';
import { JetStreamEventLog } from './stream/jet-stream-event-log.ts';
import { OpenStreams } from './stream/open-streams.ts';
import { StreamEvents } from './stream/stream-events.ts';
import { logNames, type LogName } from './stream/stream-position.ts';
import { StreamController } from './stream/stream.controller.ts';

@Module({})
export class ChannelGatewayModule {
  static register(platform: Platform<GatewaySchema>, config: GatewayConfig): DynamicModule {
    const { bus, database, logger } = platform;
    const { bootstrapKey, rate, trustedProxies, answerTimeoutMs } = config;
    const ask = askOver(bus, answerTimeoutMs);
    const relay = outboxRelayOf(platform);
    const onError = (error: unknown): void =>
      logger.warn('the use of a key was not noted', { error });
    return {
      module: ChannelGatewayModule,
      imports: [
        InboundModule.register(platform, config, { ask, relay }),
        OutboundModule.register(platform, config, { ask, relay }),
      ],
      controllers: [
        DescriptionController,
        SchemasController,
        SearchController,
        StreamController,
        OAuthController,
        LinkedPersonController,
        FilesController,
        ...entityKinds.map(entitiesController),
        ...kindsWithParticipants.map(participantsController),
        ApiKeysConsumer,
      ],
      providers: [
        { provide: ApiKeyStore, useFactory: () => new PostgresApiKeyStore(database.db) },
        { provide: ReadEntities, useFactory: () => new ReadEntities(ask) },
        { provide: ReadLinkedPerson, useFactory: () => new ReadLinkedPerson(ask) },
        { provide: ReadParticipants, useFactory: () => new ReadParticipants(ask) },
        { provide: ReadFile, useFactory: () => new ReadFile(ask) },
        { provide: CompleteSignIn, useFactory: () => new CompleteSignIn(ask) },
        { provide: SearchEntities, useFactory: () => new SearchEntities(ask) },
        {
          provide: AdmitClient,
          useFactory: (store: ApiKeyStore) =>
            new AdmitClient(store, { bootstrapKey, rate, onError }),
          inject: [ApiKeyStore],
        },
        {
          provide: APP_GUARD,
          useFactory: (door: AdmitClient) => new ClientGuard(door, trustedProxies),
          inject: [AdmitClient],
        },
        ...streamProviders(platform, config),
      ],
    };
  }
}

function streamProviders(
  platform: Platform<GatewaySchema>,
  { streams, heartbeatMs }: GatewayConfig,
): Provider[] {
  const { bus, logger, metrics } = platform;
  const feedOf = (stream: LogName): EventFeed => {
    const onUnreadable = (sequence: number, error: unknown): void =>
      logger.error('a message of a stream holds no events', { stream, sequence, error });
    return new EventFeed(new JetStreamEventLog(bus.stored(stream), onUnreadable));
  };
  return [
    {
      provide: OpenStreams,
      useFactory: () => {
        const open = new OpenStreams(streams);
        metrics.gauge(
          'event_streams',
          'Streams of events that clients have open',
          () => open.count,
        );
        // HTTP is closed only when its answers have ended, and these would not end by themselves.
        platform.beforeStop(() => Promise.resolve(open.close()));
        return open;
      },
    },
    {
      provide: StreamEvents,
      useFactory: (door: AdmitClient) => {
        return new StreamEvents(new Map(logNames.map((name) => [name, feedOf(name)])), {
          heartbeatMs,
          isAdmitted: (client) => door.isStillAdmitted(client),
          onError: (error) => logger.warn('events could not be read', { error }),
        });
      },
      inject: [AdmitClient],
    },
  ];
}
