import { Metrics, PlatformModule, type Platform } from '@made-open/nest';
import { OutboxRelay } from '@made-open/postgres';
import { Test } from '@nestjs/testing';
import { BudgetsConsumer } from './budgets/budgets.consumer.ts';
import { Clock } from './connections/clock.ts';
import { ConnectionStore } from './connections/connection-store.ts';
import { ConnectionsConsumer } from './connections/connections.consumer.ts';
import { PostgresConnectionStore } from './connections/postgres-connection-store.ts';
import type { SchedulerTables } from './connections/tables.ts';
import { ConnectorSchedulerModule } from './connector-scheduler.module.ts';
import { RunsConsumer } from './runs/runs.consumer.ts';
import { SubscriptionsConsumer } from './subscriptions/subscriptions.consumer.ts';

/** Nothing that could be connected to: what works already while it is put together fails. */
function platform(ends: (() => Promise<void>)[]): Platform<SchedulerTables> {
  const metrics = new Metrics('connector-scheduler');
  const parts = { bus: {}, database: { db: {} }, databaseOptions: {}, logger: {}, metrics };
  const onStop = (work: () => Promise<void>): number => ends.push(work);
  return { ...parts, onStop } as unknown as Platform<SchedulerTables>;
}

describe('ConnectorSchedulerModule', () => {
  it('can be put together with PostgreSQL behind the port, and ended before it has begun', async () => {
    const ends: (() => Promise<void>)[] = [];
    const parts = platform(ends);
    const module = await Test.createTestingModule({
      imports: [
        PlatformModule.register(parts),
        ConnectorSchedulerModule.register(parts, {
          runs: { retentionDays: 1 },
          publicUrl: undefined,
        }),
      ],
    }).compile();
    expect(module.get(ConnectionStore)).toBeInstanceOf(PostgresConnectionStore);
    for (const part of [
      BudgetsConsumer,
      ConnectionsConsumer,
      RunsConsumer,
      SubscriptionsConsumer,
      Clock,
      OutboxRelay,
    ])
      expect(module.get(part)).toBeInstanceOf(part);
    expect(await Promise.all(ends.map((end) => end()))).toHaveLength(2);
  });
});
