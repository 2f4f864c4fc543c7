import {
  canaryConsumer,
  invocationsConsumer,
  runnerConsumer,
  testsConsumer,
} from '@made-open/contracts';
import type { ServiceOptions } from '@made-open/nest';
import { readConfig, type RunnerConfig } from './config.ts';
import { PluginRunnerModule } from './plugin-runner.module.ts';

/** What the process is made of; main.ts starts it with its own environment, tests with theirs. */
export const pluginRunner: ServiceOptions<RunnerConfig, unknown> = {
  name: 'plugin-runner',
  readConfig,
  identify: async ({ identity }, logger) => identity?.begin(logger),
  inboxPrefix: (config) => `_INBOX.plugin-runner.${config.token}`,
  // Tests of connections and short calls are of the active version.
  consumers: ({ pluginId, lane }) =>
    lane === 'canary'
      ? [canaryConsumer(pluginId)]
      : [runnerConsumer(pluginId), testsConsumer(pluginId), invocationsConsumer(pluginId)],
  module: (platform, config) => PluginRunnerModule.register(platform, config),
};
