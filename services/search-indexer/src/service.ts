import type { ServiceOptions } from '@made-open/nest';
import { migrations } from './migrations.ts';
import { SearchIndexerModule } from './search-indexer.module.ts';

/** What the process is made of; main.ts starts it with its own environment, tests with theirs. */
export const searchIndexer = {
  name: 'search-indexer',
  readConfig: () => undefined,
  migrations,
  module: (platform) => SearchIndexerModule.register(platform),
} satisfies ServiceOptions<undefined, unknown>;
