import type { Platform } from '@made-open/nest';
import { Module, type DynamicModule } from '@nestjs/common';
import { ChangesConsumer } from './changes/changes.consumer.ts';
import { PostgresIndex } from './index/postgres-index.ts';
import { SearchIndex } from './index/search-index.ts';

@Module({})
export class SearchIndexerModule {
  static register({ database }: Platform): DynamicModule {
    return {
      module: SearchIndexerModule,
      controllers: [ChangesConsumer],
      providers: [{ provide: SearchIndex, useValue: new PostgresIndex(database.pool) }],
    };
  }
}
