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
import { CommunicationConsumer } from './communication/communication.consumer.ts';
import { StoreSentFax } from './communication/store-sent-fax.ts';
import { StoreSentMessage } from './communication/store-sent-message.ts';
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
import type { EtlConfig } from './config.ts';
import type { FileLimits } from './files/file-limits.ts';
import { ExportSources } from './export/export-data.ts';
import { FilesConsumer } from './files/files.consumer.ts';
import { JetStreamFileObjects } from './files/jet-stream-file-objects.ts';
import { ReadFiles } from './files/read-files.ts';
import { RemoveFiles } from './files/remove-files.ts';
import { SaveChunk } from './files/save-chunk.ts';
import { ResolveSweep } from './runs/resolve-sweep.ts';
import { TagEntity } from './tags/tag-entity.ts';

const eventBatch = { [busHeaders.contentType]: 'application/cloudevents-batch+json' };

/** Goes on beside what is asked for, from the start of the service. */
interface Background {
  start(): void;
}

const BACKGROUND = Symbol('BACKGROUND');

@Module({})
export class EtlModule implements OnApplicationBootstrap {
  constructor(@Inject(BACKGROUND) private readonly background: readonly Background[]) {}

  static register(platform: Platform, { files: fileLimits }: EtlConfig): DynamicModule {
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
    const { files, providers } = fileParts(platform, fileLimits);
    platform.onStop(() => frames.stop());
    platform.onStop(() => conversations.stop());
    platform.onStop(() => people.stop());
    platform.onStop(() => relay.stop());
    return {
      module: EtlModule,
      controllers: [
        CheckpointsConsumer,
        CommunicationConsumer,
        ConnectionsConsumer,
        EntitiesConsumer,
        ErasureConsumer,
        FilesConsumer,
        PeopleConsumer,
        QuarantineConsumer,
        RemapConsumer,
      ],
      providers: [
        { provide: OutboxRelay, useValue: relay },
        { provide: TakeFrames, useValue: frames },
        { provide: KeepConversations, useValue: conversations },
        { provide: LinkPeople, useValue: people },
        { provide: BACKGROUND, useValue: [relay, frames, conversations, people, files] },
        ...providers,
        ...requestProviders(platform, files, onCommitted),
      ],
    };
  }

  onApplicationBootstrap(): void {
    for (const work of this.background) work.start();
  }
}

/** Files and who removes them. */
function fileParts(
  platform: Platform,
  limits: FileLimits,
): { files: RemoveFiles; providers: Provider[] } {
  const { bus, logger } = platform;
  const { pool } = platform.database;
  const objects = new JetStreamFileObjects(bus);
  const files = new RemoveFiles({
    pool,
    objects,
    limits,
    onError: (error) =>
      logger.warn('files that are no longer needed could not be removed; it is tried again', {
        error,
      }),
  });
  platform.onStop(() => files.stop());
  return {
    files,
    providers: [
      { provide: RemoveFiles, useValue: files },
      { provide: SaveChunk, useValue: new SaveChunk(pool, objects, limits) },
      { provide: ReadFiles, useValue: new ReadFiles(pool, objects) },
      { provide: ExportSources, useValue: new ExportSources(pool, objects) },
    ],
  };
}

/** What answers requests of other services. */
function requestProviders(
  { databaseOptions, database: { pool } }: Platform,
  files: RemoveFiles,
  onCommitted: () => void,
): Provider[] {
  const values = [
    new ConnectionStore(pool),
    new DecidePeople(databaseOptions),
    new EntityReader(pool),
    new EraseConnection(databaseOptions, files, onCommitted),
    new ErasePerson({ database: databaseOptions, pool, files, onCommitted }),
    new ReplayQuarantine(databaseOptions, onCommitted),
    new ResolveSweep(databaseOptions, onCommitted),
    new RewindCheckpoint(databaseOptions),
    new StoreSentFax(databaseOptions, onCommitted),
    new StoreSentMessage(databaseOptions, onCommitted),
    new TagEntity(databaseOptions, onCommitted),
  ];
  return [
    { provide: Pool, useValue: pool },
    ...values.map((value) => ({ provide: value.constructor, useValue: value })),
  ];
}
