import type { ServiceOptions } from '@made-open/nest';
import { migrations } from './rules/migrations.ts';
import { RulesModule } from './rules.module.ts';

/** What the process is made of; main.ts starts it with its own environment, tests with theirs. */
export const rules = {
  name: 'rules',
  readConfig: () => undefined,
  migrations,
  module: () => RulesModule,
} satisfies ServiceOptions<undefined, unknown>;
