import type { V1Deployment } from '@kubernetes/client-node';
import type { DeploymentState } from './cluster-state.ts';

/** How a Deployment differs from how it was applied, in words; undefined when nothing can be seen. */
export function driftOf(
  found: DeploymentState | undefined,
  { metadata, spec }: V1Deployment,
): string | undefined {
  if (found === undefined) return 'it was deleted';
  const replicas = spec?.replicas ?? 0;
  if (found.replicas !== replicas)
    return `it had ${String(found.replicas)} replicas instead of ${String(replicas)}`;
  if (found.meddlers.length > 0) return `its pods were changed by ${found.meddlers.join(', ')}`;
  const expected = { ...metadata?.labels, ...metadata?.annotations };
  const present = { ...found.labels, ...found.annotations };
  const changed = Object.keys(expected).find((name) => present[name] !== expected[name]);
  return changed === undefined ? undefined : `its ${changed} was changed`;
}
