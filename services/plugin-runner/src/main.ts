import { runnerConsumer } from '@made-open/contracts';
import { startService } from '@made-open/nest';
import { readConfig, type RunnerConfig } from './config.ts';
import { PluginRunnerModule } from './plugin-runner.module.ts';

await startService<RunnerConfig, unknown>({
  name: 'plugin-runner',
  readConfig,
  inboxPrefix: (config) => `_INBOX.plugin-runner.${config.token}`,
  consumers: (config) => [runnerConsumer(config.pluginId)],
  module: (platform, config) => PluginRunnerModule.register(platform, config),
});
