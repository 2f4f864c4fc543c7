import type { Platform } from '@made-open/nest';
import {
  Inject,
  Module,
  type DynamicModule,
  type OnApplicationBootstrap,
  type Provider,
} from '@nestjs/common';
import { ChangeQueue } from './changes/change-queue.ts';
import { ChangesConsumer } from './changes/changes.consumer.ts';
import type { SearchConfig } from './config.ts';
import { aloneIn } from './generations/alone.ts';
import { BusEntitySource } from './generations/bus-entity-source.ts';
import { CurrentIndex } from './generations/current-index.ts';
import type { OnRefused } from './generations/entity-source.ts';
import { FillIndex } from './generations/fill-index.ts';
import { GenerationStore } from './generations/generation-store.ts';
import { GenerationsConsumer } from './generations/generations.consumer.ts';
import { IndexKeeper } from './generations/index-keeper.ts';
import { openIndexes } from './generations/open-indexes.ts';
import { PostgresGenerationStore } from './generations/postgres-generation-store.ts';
import { RemoveRetired } from './generations/remove-retired.ts';
import { SearchConsumer } from './search/search.consumer.ts';

const pauseMs = 2000;
const retiredMs = 60_000;
const removeAgainMs = 60_000;

@Module({})
export class SearchIndexerModule implements OnApplicationBootstrap {
  constructor(@Inject(IndexKeeper) private readonly keeper: IndexKeeper) {}

  static register(platform: Platform, config: SearchConfig): DynamicModule {
    return {
      module: SearchIndexerModule,
      controllers: [ChangesConsumer, SearchConsumer, GenerationsConsumer],
      providers: providers(platform, config),
    };
  }

  onApplicationBootstrap(): void {
    this.keeper.start();
  }
}

function providers(platform: Platform, { engine, meilisearch }: SearchConfig): Provider[] {
  const { bus, database, databaseOptions, logger } = platform;
  const generations = new PostgresGenerationStore(database.pool);
  const open = openIndexes(database.pool, meilisearch);
  const onRefused: OnRefused = (entityId, code) =>
    logger.error('an entity cannot be indexed', { entityId, code, engine });
  const fill = new FillIndex({
    generations,
    open,
    source: new BusEntitySource(bus, onRefused),
    onRefused,
  });
  const keeper = new IndexKeeper({
    generations,
    open,
    fill,
    retired: new RemoveRetired({
      generations,
      open,
      logger,
      retiredMs,
      againMs: removeAgainMs,
    }),
    engine,
    alone: aloneIn(databaseOptions),
    logger,
    pauseMs,
  });
  platform.beforeStop(() => keeper.stop());
  const current = new CurrentIndex(generations, open);
  return [
    { provide: GenerationStore, useValue: generations },
    { provide: CurrentIndex, useValue: current },
    { provide: ChangeQueue, useValue: new ChangeQueue(current) },
    { provide: IndexKeeper, useValue: keeper },
  ];
}
