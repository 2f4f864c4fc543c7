import type { Platform } from '@made-open/nest';
import type { ManagerConfig } from '../config.ts';
import type { FleetDriver } from '../fleet/fleet-driver.ts';
import { ApiServer } from '../kubernetes/api/api-server.ts';
import { NoPods } from '../kubernetes/identity/no-pods.ts';
import { podRunners } from '../kubernetes/pod-runners.ts';
import type { RunnerIdentities } from '../kubernetes/identity/runner-identities.ts';
import { ProcessFleetDriver } from './process-fleet-driver.ts';
import { ProcessRunnerLauncher } from './process-runner-launcher.ts';

/** Where runners run, and who tells them what they are. */
export interface Runners {
  readonly driver: FleetDriver;
  readonly identities: RunnerIdentities;
}

/** Runners as the configuration wants them. */
export function runnersOf(
  platform: Platform,
  { runner, walletSigningKey }: ManagerConfig,
): Runners {
  const { bus, logger } = platform;
  const { pods } = runner;
  if (pods === undefined) {
    const launcher = new ProcessRunnerLauncher(bus, { ...runner, walletSigningKey });
    return { driver: new ProcessFleetDriver(launcher, logger), identities: new NoPods() };
  }
  const server = ApiServer.inPod(runner.apiServerUrl);
  platform.onStop(async () => server.close());
  const { PATH: _, ...environment } = runner.environment;
  const { signer, credentialSeconds: lifetimeSeconds, identityKey } = runner;
  const settings = { pods, signer, lifetimeSeconds, walletSigningKey, identityKey, environment };
  return podRunners(server, platform, settings);
}
