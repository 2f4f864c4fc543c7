import { Bus } from '@made-open/bus';
import type { Platform } from '@made-open/nest';
import { Module, type DynamicModule } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { ApiKeyStore } from './api-keys/api-key-store.ts';
import { ApiKeysConsumer } from './api-keys/api-keys.consumer.ts';
import { ClientGuard } from './api-keys/client.guard.ts';
import type { GatewayConfig } from './config.ts';
import { EntitiesController } from './entities/entities.controller.ts';

@Module({})
export class ChannelGatewayModule {
  static register({ bus, database }: Platform, config: GatewayConfig): DynamicModule {
    const keys = new ApiKeyStore(database.pool, config.bootstrapKey);
    return {
      module: ChannelGatewayModule,
      controllers: [EntitiesController, ApiKeysConsumer],
      providers: [
        { provide: Bus, useValue: bus },
        { provide: ApiKeyStore, useValue: keys },
        { provide: APP_GUARD, useValue: new ClientGuard(keys) },
      ],
    };
  }
}
