import { Bus } from '@made-open/bus';
import { OutboxRelay } from '@made-open/postgres';
import type { Platform } from '@made-open/nest';
import { Module, type DynamicModule } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { AuditLog } from './audit/audit-log.ts';
import type { ManagerConfig } from './config.ts';
import { ConnectionStore } from './connections/connection-store.ts';
import { ConnectionsController } from './connections/connections.controller.ts';
import { RunLogStore } from './connections/run-log-store.ts';
import { OverrideFile } from './egress/override-file.ts';
import { Fleet } from './fleet/fleet.ts';
import { RunnersConsumer } from './fleet/runners.consumer.ts';
import { ApiKeys } from './keys/api-keys.ts';
import { KeysController } from './keys/keys.controller.ts';
import { ScopeGuard } from './keys/scope.guard.ts';
import { PluginStore } from './plugins/plugin-store.ts';
import { PluginsController } from './plugins/plugins.controller.ts';

@Module({})
export class PluginManagerModule {
  static register(platform: Platform, config: ManagerConfig): DynamicModule {
    const { bus, database, databaseOptions, logger } = platform;
    const { pool } = database;
    const relay = new OutboxRelay({
      database: databaseOptions,
      publish: ({ subject, payload, messageId }) => bus.publishRaw(subject, payload, { messageId }),
      onError: (error) => logger.warn('the outbox waits', { error }),
    });
    const keys = new ApiKeys(pool, bus, config.bootstrapKey);
    const connections = new ConnectionStore(pool, bus, config.walletSealingKey, () => {
      relay.kick();
      fleet.reconcile();
    });
    const runners = {
      bus,
      signer: config.runnerSigner,
      natsUrl: config.natsUrl,
      entry: config.runnerEntry,
      walletSigningKey: config.walletSigningKey,
    };
    const fleet = new Fleet(runners, () => connections.desiredRunners(), logger);
    relay.start();
    fleet.start();
    platform.onStop(() => fleet.stop());
    platform.onStop(() => relay.stop());
    return {
      module: PluginManagerModule,
      controllers: [PluginsController, ConnectionsController, KeysController, RunnersConsumer],
      providers: [
        { provide: Bus, useValue: bus },
        { provide: PluginStore, useValue: new PluginStore(pool) },
        { provide: ConnectionStore, useValue: connections },
        { provide: RunLogStore, useValue: new RunLogStore(pool) },
        { provide: AuditLog, useValue: new AuditLog(pool) },
        { provide: OverrideFile, useValue: new OverrideFile(config.egressOverridesFile) },
        { provide: ApiKeys, useValue: keys },
        { provide: Fleet, useValue: fleet },
        { provide: APP_GUARD, useValue: new ScopeGuard(keys) },
      ],
    };
  }
}
