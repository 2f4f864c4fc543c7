import { startService } from '@made-open/nest';
import { migrations } from './rules/migrations.ts';
import { RulesModule } from './rules.module.ts';

await startService({
  name: 'rules',
  readConfig: () => undefined,
  migrations,
  module: () => RulesModule.register(),
});
