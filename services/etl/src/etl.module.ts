import { OutboxRelay } from '@made-open/postgres';
import type { Platform } from '@made-open/nest';
import { Module, type DynamicModule } from '@nestjs/common';
import { ConnectionQueries } from './connections/connection-queries.ts';
import { ConnectionStore } from './connections/connection-store.ts';
import { ConnectionsConsumer } from './connections/connections.consumer.ts';
import { EntitiesConsumer } from './entities/entities.consumer.ts';
import { EntityReader } from './entities/entity-reader.ts';
import { FrameWriter } from './items/frame-writer.ts';
import { TakeFrames } from './items/take-frames.ts';

@Module({})
export class EtlModule {
  static register(platform: Platform): DynamicModule {
    const { bus, database, databaseOptions, logger } = platform;
    const { pool } = database;
    const relay = new OutboxRelay({
      database: databaseOptions,
      publish: ({ subject, payload, messageId }) => bus.publishRaw(subject, payload, { messageId }),
      onError: (error) => logger.warn('the outbox waits', { error }),
    });
    relay.start();
    platform.onStop(() => relay.stop());
    const kick = (): void => relay.kick();
    new TakeFrames(bus, new FrameWriter(pool), kick).start();
    return {
      module: EtlModule,
      controllers: [ConnectionsConsumer, EntitiesConsumer],
      providers: [
        { provide: ConnectionStore, useValue: new ConnectionStore(pool) },
        { provide: ConnectionQueries, useValue: new ConnectionQueries(pool, kick) },
        { provide: EntityReader, useValue: new EntityReader(pool) },
      ],
    };
  }
}
