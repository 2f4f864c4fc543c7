import { startService } from '@made-open/nest';
import { ConnectorSchedulerModule } from './connector-scheduler.module.ts';
import { migrations } from './runs/migrations.ts';

await startService({
  name: 'connector-scheduler',
  readConfig: () => undefined,
  migrations,
  module: (platform) => ConnectorSchedulerModule.register(platform),
});
