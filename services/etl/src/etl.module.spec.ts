import { Metrics, type Platform } from '@made-open/nest';
import { OutboxRelay } from '@made-open/postgres';
import { Test } from '@nestjs/testing';
import { ConnectionStore } from './connections/connection-store.ts';
import { ConnectionsConsumer } from './connections/connections.consumer.ts';
import { KeepConversations } from './conversations/keep-conversations.ts';
import { EntitiesConsumer } from './entities/entities.consumer.ts';
import { EntityReader } from './entities/entity-reader.ts';
import { EtlModule } from './etl.module.ts';
import { ErasureConsumer } from './erasure/erasure.consumer.ts';
import { defaultFileLimits } from './files/file-limits.ts';
import { FilesConsumer } from './files/files.consumer.ts';
import { ReadFiles } from './files/read-files.ts';
import { RemoveFiles } from './files/remove-files.ts';
import { SaveChunk } from './files/save-chunk.ts';
import { QuarantineConsumer } from './quarantine/quarantine.consumer.ts';
import { ReplayQuarantine } from './quarantine/replay-quarantine.ts';
import { TakeFrames } from './items/take-frames.ts';
import { LinkPeople } from './people/link-people.ts';
import { PeopleConsumer } from './people/people.consumer.ts';
import { CheckpointsConsumer } from './runs/checkpoints.consumer.ts';
import { ResolveSweep } from './runs/resolve-sweep.ts';
import { TagEntity } from './tags/tag-entity.ts';

/** Nothing that could be connected to: what works already while it is put together fails. */
function platform(ends: (() => Promise<void>)[]): Platform {
  const metrics = new Metrics('etl');
  const parts = { bus: {}, database: { pool: {} }, databaseOptions: {}, logger: {}, metrics };
  const onStop = (work: () => Promise<void>): number => ends.push(work);
  return { ...parts, onStop } as unknown as Platform;
}

describe('EtlModule', () => {
  it('can be put together, and ended before it has begun', async () => {
    const ends: (() => Promise<void>)[] = [];
    const module = await Test.createTestingModule({
      imports: [EtlModule.register(platform(ends), { files: defaultFileLimits })],
    }).compile();
    for (const part of [
      ConnectionsConsumer,
      EntitiesConsumer,
      ConnectionStore,
      EntityReader,
      KeepConversations,
      LinkPeople,
      PeopleConsumer,
      CheckpointsConsumer,
      ErasureConsumer,
      QuarantineConsumer,
      ReplayQuarantine,
      ResolveSweep,
      TakeFrames,
      FilesConsumer,
      ReadFiles,
      RemoveFiles,
      SaveChunk,
      TagEntity,
      OutboxRelay,
    ])
      expect(module.get(part)).toBeInstanceOf(part);
    expect(await Promise.all(ends.map((end) => end()))).toHaveLength(5);
  });
});
