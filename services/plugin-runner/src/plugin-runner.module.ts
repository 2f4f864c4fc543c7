import { Module, type DynamicModule } from '@nestjs/common';
import type { Platform } from '@made-open/nest';
import { fetchAssignment } from './assignment/assignment.ts';
import { readRunnerSecrets, type RunnerConfig } from './config.ts';
import { TakeRuns } from './runs/take-runs.ts';
import { WalletClient } from './runs/wallet-client.ts';

@Module({})
export class PluginRunnerModule {
  /** Binds to the wallet, fetches what is to be run, and begins to take runs. */
  static async register(platform: Platform, config: RunnerConfig): Promise<DynamicModule> {
    const { bus, logger } = platform;
    const { token, pluginId, version } = config;
    const { ticket, walletSigningKey } = readRunnerSecrets(config.secrets.reveal());
    const wallet = await WalletClient.bind({ bus, token, pluginId, walletSigningKey }, ticket);
    const assignment = await fetchAssignment(bus, token, version);
    const runs = new TakeRuns({ bus, token, version, wallet, assignment }, logger);
    platform.onStop(() => {
      runs.stop();
      return Promise.resolve();
    });
    runs.start(bus, pluginId, config.concurrency);
    return { module: PluginRunnerModule };
  }
}
