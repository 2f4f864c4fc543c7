import type { Platform } from '@made-open/nest';
import { Module, type DynamicModule } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { AdmitClient } from './api-keys/admit-client.ts';
import { ApiKeyStore } from './api-keys/api-key-store.ts';
import { ApiKeysConsumer } from './api-keys/api-keys.consumer.ts';
import { ClientGuard } from './api-keys/client.guard.ts';
import type { GatewaySchema } from './api-keys/migrations.ts';
import { PostgresApiKeyStore } from './api-keys/postgres-api-key-store.ts';
import { askOver } from './ask.ts';
import type { GatewayConfig } from './config.ts';
import { DescriptionController } from './description/description.controller.ts';
import { entitiesController } from './entities/entities.controller.ts';
import { entityKinds } from './entities/entity-kind.ts';
import { ReadEntities } from './entities/read-entities.ts';
import { SearchEntities } from './search/search-entities.ts';
import { SearchController } from './search/search.controller.ts';

@Module({})
export class ChannelGatewayModule {
  static register(
    { bus, database, logger }: Platform<GatewaySchema>,
    { bootstrapKey, rate, trustedProxies, answerTimeoutMs }: GatewayConfig,
  ): DynamicModule {
    const ask = askOver(bus, answerTimeoutMs);
    const onError = (error: unknown): void =>
      logger.warn('the use of a key was not noted', { error });
    return {
      module: ChannelGatewayModule,
      controllers: [
        DescriptionController,
        SearchController,
        ...entityKinds.map(entitiesController),
        ApiKeysConsumer,
      ],
      providers: [
        { provide: ApiKeyStore, useFactory: () => new PostgresApiKeyStore(database.db) },
        { provide: ReadEntities, useFactory: () => new ReadEntities(ask) },
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
      ],
    };
  }
}
