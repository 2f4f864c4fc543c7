import type { Platform } from '@made-open/nest';
import type { ManagerConfig } from '../config.ts';
import type { FleetDriver } from '../fleet/fleet-driver.ts';
import { NoPods } from '../kubernetes/no-pods.ts';
import type { RunnerIdentities } from '../kubernetes/runner-identities.ts';
import { ProcessFleetDriver } from './process-fleet-driver.ts';
import { ProcessRunnerLauncher } from './process-runner-launcher.ts';

/** Where runners run, and who tells them what they are. */
export interface Runners {
  readonly driver: FleetDriver;
  readonly identities: RunnerIdentities;
}

/** Runners as the configuration wants them. */
export function runnersOf(
  { bus, logger }: Platform,
  { runner, walletSigningKey }: ManagerConfig,
): Runners {
  const launcher = new ProcessRunnerLauncher(bus, { ...runner, walletSigningKey });
  return { driver: new ProcessFleetDriver(launcher, logger), identities: new NoPods() };
}
