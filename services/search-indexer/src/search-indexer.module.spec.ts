import type { Platform } from '@made-open/nest';
import { Test } from '@nestjs/testing';
import { ChangeQueue } from './changes/change-queue.ts';
import { ChangesConsumer } from './changes/changes.consumer.ts';
import { PostgresSearchIndex } from './postgres/postgres-search-index.ts';
import { SearchIndex } from './search/search-index.ts';
import { SearchConsumer } from './search/search.consumer.ts';
import { SearchIndexerModule } from './search-indexer.module.ts';

describe('SearchIndexerModule', () => {
  it('can be put together, with PostgreSQL behind the port', async () => {
    const platform = { database: {} } as unknown as Platform;
    const module = await Test.createTestingModule({
      imports: [SearchIndexerModule.register(platform)],
    }).compile();
    expect(module.get(SearchIndex)).toBeInstanceOf(PostgresSearchIndex);
    for (const part of [ChangeQueue, ChangesConsumer, SearchConsumer])
      expect(module.get(part)).toBeInstanceOf(part);
  });
});
