import { runService } from '@made-open/nest';
import { readConfig } from './config.ts';
import { EtlModule } from './etl.module.ts';
import { migrations } from './schema/migrations.ts';

await runService({
  name: 'etl',
  readConfig,
  migrations,
  module: (platform, config) => EtlModule.register(platform, config),
});
