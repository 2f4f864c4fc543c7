import type { RunnerLane } from '../fleet/fleet-driver.ts';

/** Who made an object, and who repairs it. */
export const managerName = 'made-open-plugin-manager';

/** Audience of the token that a runner's pod shows to plugin-manager, and to nobody else. */
export const tokenAudience = 'made-open-plugin-manager';

export const labels = {
  managedBy: 'app.kubernetes.io/managed-by',
  component: 'app.kubernetes.io/component',
  /** Several installations may share a namespace. */
  installation: 'made-open.io/installation',
  /** Name of the Deployment. */
  runner: 'made-open.io/runner',
} as const;

export const runnerComponent = 'plugin-runner';

/** As an annotation tells it. */
export function laneOf(text: string | undefined): RunnerLane {
  return text === 'canary' ? 'canary' : 'stable';
}

export const annotations = {
  pluginId: 'made-open.io/plugin-id',
  pluginVersion: 'made-open.io/plugin-version',
  lane: 'made-open.io/lane',
  fingerprint: 'made-open.io/fingerprint',
  /** Why the runners are held back. */
  broken: 'made-open.io/broken',
  /** An operator's own number of replicas. */
  replicas: 'made-open.io/replicas',
} as const;
