import { startService } from '@made-open/nest';
import { EtlModule } from './etl.module.ts';
import { migrations } from './schema/migrations.ts';

await startService({
  name: 'etl',
  readConfig: () => undefined,
  migrations,
  module: (platform) => EtlModule.register(platform),
});
