import { startService } from '@made-open/nest';
import { migrations } from './entities/migrations.ts';
import { EtlModule } from './etl.module.ts';

await startService({
  name: 'etl',
  readConfig: () => undefined,
  migrations,
  module: (platform) => EtlModule.register(platform),
});
