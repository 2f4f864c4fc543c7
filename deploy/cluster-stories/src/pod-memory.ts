import type { InstalledPlatform } from './installed-platform.ts';
import type { PodState } from './pods.ts';

export interface MeasuredPod {
  readonly component: string;
  /** What only this pod has. */
  readonly rssMib: number;
  /** With files in use, which are counted for the pod that opened them first. */
  readonly workingSetMib: number;
}

interface Summary {
  readonly pods: readonly {
    readonly podRef: { readonly name: string };
    readonly containers: readonly {
      readonly memory?: { readonly rssBytes?: number; readonly workingSetBytes?: number };
    }[];
  }[];
}

const mib = 1024 * 1024;
const path = '/api/v1/nodes/node-1/proxy/stats/summary';

/** As the kubelet measures it; it looks at a new pod some seconds after its start, and says 0 until then. */
export async function measureMemory(
  { cluster }: InstalledPlatform,
  pods: readonly PodState[],
): Promise<MeasuredPod[]> {
  const summary: Summary = JSON.parse(await cluster.kubectl(['get', '--raw', path]));
  return pods.map(({ name, component }) => {
    const pod = summary.pods.find(({ podRef }) => podRef.name === name);
    const sum = (of: 'rssBytes' | 'workingSetBytes'): number =>
      (pod?.containers ?? []).reduce((total, { memory }) => total + (memory?.[of] ?? 0), 0) / mib;
    return { component, rssMib: sum('rssBytes'), workingSetMib: sum('workingSetBytes') };
  });
}
