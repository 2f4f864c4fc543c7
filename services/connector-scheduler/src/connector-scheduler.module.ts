import { outboxRelayOf, type Platform } from '@made-open/nest';
import { OutboxRelay } from '@made-open/postgres';
import { Inject, Module, type DynamicModule, type OnApplicationBootstrap } from '@nestjs/common';
import { BudgetsConsumer } from './budgets/budgets.consumer.ts';
import { PublicUrl, type SchedulerConfig } from './config.ts';
import { Clock } from './connections/clock.ts';
import { ConnectionStore } from './connections/connection-store.ts';
import { ConnectionsConsumer } from './connections/connections.consumer.ts';
import { PostgresConnectionStore } from './connections/postgres-connection-store.ts';
import type { SchedulerTables } from './connections/tables.ts';
import { BusProgressSource } from './runs/bus-progress-source.ts';
import { ProgressSource } from './runs/progress-source.ts';
import { RunsConsumer } from './runs/runs.consumer.ts';
import { SubscriptionsConsumer } from './subscriptions/subscriptions.consumer.ts';

@Module({})
export class ConnectorSchedulerModule implements OnApplicationBootstrap {
  constructor(
    @Inject(OutboxRelay) private readonly relay: OutboxRelay,
    @Inject(Clock) private readonly clock: Clock,
  ) {}

  static register(
    platform: Platform<SchedulerTables>,
    { runs, publicUrl }: SchedulerConfig,
  ): DynamicModule {
    const { database, logger } = platform;
    const relay = outboxRelayOf(platform);
    const store = new PostgresConnectionStore(database.db, () => relay.kick());
    const source = new BusProgressSource(platform.bus);
    const { retentionDays } = runs;
    const clock = new Clock({ store, source, logger, publicUrl, retentionDays });
    platform.onStop(() => clock.stop());
    platform.onStop(() => relay.stop());
    return {
      module: ConnectorSchedulerModule,
      controllers: [BudgetsConsumer, ConnectionsConsumer, RunsConsumer, SubscriptionsConsumer],
      providers: [
        { provide: ConnectionStore, useValue: store },
        { provide: ProgressSource, useValue: source },
        { provide: PublicUrl, useValue: new PublicUrl(publicUrl) },
        { provide: OutboxRelay, useValue: relay },
        { provide: Clock, useValue: clock },
      ],
    };
  }

  onApplicationBootstrap(): void {
    this.relay.start();
    this.clock.start();
  }
}
