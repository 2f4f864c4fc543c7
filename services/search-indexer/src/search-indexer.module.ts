import type { Platform } from '@made-open/nest';
import { Module, type DynamicModule } from '@nestjs/common';
import { ChangeQueue } from './changes/change-queue.ts';
import { ChangesConsumer } from './changes/changes.consumer.ts';
import { PostgresSearchIndex } from './postgres/postgres-search-index.ts';
import { SearchIndex } from './search/search-index.ts';
import { SearchConsumer } from './search/search.consumer.ts';

@Module({})
export class SearchIndexerModule {
  static register({ database }: Platform): DynamicModule {
    return {
      module: SearchIndexerModule,
      controllers: [ChangesConsumer, SearchConsumer],
      providers: [
        { provide: SearchIndex, useFactory: () => new PostgresSearchIndex(database.pool) },
        {
          provide: ChangeQueue,
          useFactory: (index: SearchIndex) => new ChangeQueue(index),
          inject: [SearchIndex],
        },
      ],
    };
  }
}
