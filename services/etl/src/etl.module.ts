import { busHeaders } from '@made-open/bus';
import { outboxRelayOf, type Platform } from '@made-open/nest';
import { OutboxRelay } from '@made-open/postgres';
import {
  Inject,
  Module,
  type DynamicModule,
  type OnApplicationBootstrap,
  type Provider,
} from '@nestjs/common';
import { Pool } from 'pg';
import { ConnectionStore } from './connections/connection-store.ts';
import { ConnectionsConsumer } from './connections/connections.consumer.ts';
import { KeepConversations } from './conversations/keep-conversations.ts';
import { EntitiesConsumer } from './entities/entities.consumer.ts';
import { EntityReader } from './entities/entity-reader.ts';
import { EraseConnection } from './erasure/erase-connection.ts';
import { ErasePerson } from './erasure/erase-person.ts';
import { ErasureConsumer } from './erasure/erasure.consumer.ts';
import { QuarantineConsumer } from './quarantine/quarantine.consumer.ts';
import { ReplayQuarantine } from './quarantine/replay-quarantine.ts';
import { TakeFrames } from './items/take-frames.ts';
import { DecidePeople } from './people/decide-people.ts';
import { LinkPeople } from './people/link-people.ts';
import { PeopleConsumer } from './people/people.consumer.ts';
import { RemapConsumer } from './remap/remap.consumer.ts';
import { CheckpointsConsumer } from './runs/checkpoints.consumer.ts';
import { RewindCheckpoint } from './runs/rewind-checkpoint.ts';
import { ResolveSweep } from './runs/resolve-sweep.ts';

const eventBatch = { [busHeaders.contentType]: 'application/cloudevents-batch+json' };

@Module({})
export class EtlModule implements OnApplicationBootstrap {
  constructor(
    @Inject(OutboxRelay) private readonly relay: OutboxRelay,
    @Inject(TakeFrames) private readonly frames: TakeFrames,
    @Inject(KeepConversations) private readonly conversations: KeepConversations,
    @Inject(LinkPeople) private readonly people: LinkPeople,
  ) {}

  static register(platform: Platform): DynamicModule {
    const { bus, databaseOptions, logger } = platform;
    const { pool } = platform.database;
    const relay = outboxRelayOf(platform, eventBatch);
    const onCommitted = (): void => relay.kick();
    const frames = new TakeFrames(bus, { database: databaseOptions, onCommitted });
    const conversations = new KeepConversations({
      database: databaseOptions,
      pool,
      onCommitted,
      onError: (error) => logger.warn('conversations wait', { error }),
    });
    const people = new LinkPeople({
      database: databaseOptions,
      pool,
      onError: (error) => logger.warn('links of people wait', { error }),
    });
    platform.onStop(() => frames.stop());
    platform.onStop(() => conversations.stop());
    platform.onStop(() => people.stop());
    platform.onStop(() => relay.stop());
    return {
      module: EtlModule,
      controllers: [
        CheckpointsConsumer,
        ConnectionsConsumer,
        EntitiesConsumer,
        ErasureConsumer,
        PeopleConsumer,
        QuarantineConsumer,
        RemapConsumer,
      ],
      providers: [
        { provide: OutboxRelay, useValue: relay },
        { provide: TakeFrames, useValue: frames },
        { provide: KeepConversations, useValue: conversations },
        { provide: LinkPeople, useValue: people },
        ...requestProviders(platform, onCommitted),
      ],
    };
  }

  onApplicationBootstrap(): void {
    this.relay.start();
    this.frames.start();
    this.conversations.start();
    this.people.start();
  }
}

/** What answers requests of other services. */
function requestProviders(
  { databaseOptions, database: { pool } }: Platform,
  onCommitted: () => void,
): Provider[] {
  const values = [
    new ConnectionStore(pool),
    new DecidePeople(databaseOptions),
    new EntityReader(pool),
    new EraseConnection(databaseOptions, onCommitted),
    new ErasePerson({ database: databaseOptions, pool, onCommitted }),
    new ReplayQuarantine(databaseOptions, onCommitted),
    new ResolveSweep(databaseOptions, onCommitted),
    new RewindCheckpoint(databaseOptions),
  ];
  return [
    { provide: Pool, useValue: pool },
    ...values.map((value) => ({ provide: value.constructor, useValue: value })),
  ];
}
