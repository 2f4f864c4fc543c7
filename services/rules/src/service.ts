import type { ServiceOptions } from '@made-open/nest';
import { readConfig, type RulesConfig } from './config.ts';
import { migrations } from './migrations.ts';
import { RulesModule } from './rules.module.ts';
import type { RulesTables } from './tables.ts';

/** What the process is made of; main.ts starts it with its own environment, tests with theirs. */
export const rules = {
  name: 'rules',
  readConfig,
  migrations,
  module: (platform, config) => RulesModule.register(platform, config),
} satisfies ServiceOptions<RulesConfig, RulesTables>;
