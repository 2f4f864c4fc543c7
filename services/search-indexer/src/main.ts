import { startService } from '@made-open/nest';
import { migrations } from './index/migrations.ts';
import { SearchIndexerModule } from './search-indexer.module.ts';

await startService({
  name: 'search-indexer',
  readConfig: () => undefined,
  migrations,
  module: (platform) => SearchIndexerModule.register(platform),
});
