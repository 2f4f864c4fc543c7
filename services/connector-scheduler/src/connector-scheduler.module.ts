import { OutboxRelay } from '@made-open/postgres';
import type { Platform } from '@made-open/nest';
import { Module, type DynamicModule } from '@nestjs/common';
import { RunStore } from './runs/run-store.ts';
import { RunsConsumer } from './runs/runs.consumer.ts';
import { Clock } from './schedules/clock.ts';
import { ScheduleStore } from './schedules/schedule-store.ts';

@Module({})
export class ConnectorSchedulerModule {
  static register(platform: Platform): DynamicModule {
    const { bus, database, databaseOptions, logger } = platform;
    const relay = new OutboxRelay({
      database: databaseOptions,
      publish: ({ subject, payload, messageId }) => bus.publishRaw(subject, payload, { messageId }),
      onError: (error) => logger.warn('the outbox waits', { error }),
    });
    const schedules = new ScheduleStore(database.pool);
    const runs = new RunStore(database.pool, () => relay.kick());
    const clock = new Clock(schedules, runs, logger);
    relay.start();
    clock.start();
    platform.onStop(() => clock.stop());
    platform.onStop(() => relay.stop());
    return {
      module: ConnectorSchedulerModule,
      controllers: [RunsConsumer],
      providers: [
        { provide: ScheduleStore, useValue: schedules },
        { provide: RunStore, useValue: runs },
        { provide: Clock, useValue: clock },
      ],
    };
  }
}
