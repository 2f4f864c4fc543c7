import { runService } from '@made-open/nest';
import { readConfig } from './config.ts';
import { migrations } from './connections/migrations.ts';
import { ConnectorSchedulerModule } from './connector-scheduler.module.ts';

await runService({
  name: 'connector-scheduler',
  readConfig,
  migrations,
  module: (platform, config) => ConnectorSchedulerModule.register(platform, config),
});
