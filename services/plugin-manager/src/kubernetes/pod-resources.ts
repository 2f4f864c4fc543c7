import type { V1ResourceRequirements } from '@kubernetes/client-node';
import type { RunnerRoom } from '../fleet/fleet-driver.ts';
import type { RunnerPodSettings } from './runner-settings.ts';

/** Of a runner with its buffers and one sandbox that waits. */
const baseMemoryMb = 256;
/** Of a sandbox process beside the isolate in it. */
const sandboxMemoryMb = 96;

/** What a pod of this set may have, within the operator's bounds; it runs fewer at a time when they leave no room. */
export function podResources(
  { concurrency, isolateMb }: RunnerRoom,
  { maxMemoryMb, cpuRequest, cpuLimit }: RunnerPodSettings,
): { readonly concurrency: number; readonly resources: V1ResourceRequirements } {
  const eachMb = isolateMb + sandboxMemoryMb;
  const room = Math.floor((maxMemoryMb - baseMemoryMb) / eachMb);
  const fitting = Math.max(1, Math.min(concurrency, room));
  const memory = Math.min(baseMemoryMb + fitting * eachMb, maxMemoryMb);
  return {
    concurrency: fitting,
    resources: {
      requests: { cpu: cpuRequest, memory: `${String(Math.min(baseMemoryMb, memory))}Mi` },
      limits: {
        memory: `${String(memory)}Mi`,
        ...(cpuLimit === undefined ? {} : { cpu: cpuLimit }),
      },
    },
  };
}
