import type { Platform } from '@made-open/nest';
import { Test } from '@nestjs/testing';
import { ChangeQueue } from './changes/change-queue.ts';
import { ChangesConsumer } from './changes/changes.consumer.ts';
import { CurrentIndex } from './generations/current-index.ts';
import { GenerationsConsumer } from './generations/generations.consumer.ts';
import { IndexKeeper } from './generations/index-keeper.ts';
import { SearchConsumer } from './search/search.consumer.ts';
import { SearchIndexerModule } from './search-indexer.module.ts';

describe('SearchIndexerModule', () => {
  it('can be put together', async () => {
    const stops: (() => Promise<void>)[] = [];
    const platform = {
      bus: {},
      database: {},
      databaseOptions: { schema: 'search_indexer' },
      logger: { info: () => undefined, error: () => undefined },
      beforeStop: (stop: () => Promise<void>) => stops.push(stop),
    } as unknown as Platform;
    const module = await Test.createTestingModule({
      imports: [
        SearchIndexerModule.register(platform, { engine: 'postgres', meilisearch: undefined }),
      ],
    }).compile();
    for (const part of [
      ChangeQueue,
      ChangesConsumer,
      CurrentIndex,
      GenerationsConsumer,
      IndexKeeper,
      SearchConsumer,
    ])
      expect(module.get(part)).toBeInstanceOf(part);
    expect(stops).toHaveLength(1);
    for (const stop of stops) await stop();
  });
});
