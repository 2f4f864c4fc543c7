import type { ServiceOptions } from '@made-open/nest';
import { readConfig, type SearchConfig } from './config.ts';
import { migrations } from './migrations.ts';
import { SearchIndexerModule } from './search-indexer.module.ts';

/** What the process is made of; main.ts starts it with its own environment, tests with theirs. */
export const searchIndexer = {
  name: 'search-indexer',
  readConfig,
  migrations,
  module: (platform, config) => SearchIndexerModule.register(platform, config),
} satisfies ServiceOptions<SearchConfig, unknown>;
