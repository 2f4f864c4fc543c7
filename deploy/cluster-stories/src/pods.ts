import type { InstalledPlatform } from './installed-platform.ts';

interface PodList {
  readonly items: readonly {
    readonly metadata: {
      readonly name: string;
      readonly labels: Record<string, string>;
      readonly annotations?: Record<string, string>;
    };
    readonly status: {
      readonly containerStatuses?: readonly {
        readonly ready: boolean;
        readonly restartCount: number;
      }[];
    };
  }[];
}

export interface PodState {
  readonly name: string;
  readonly component: string;
  readonly isReady: boolean;
  readonly restarts: number;
}

/** Pods of the release but those of jobs, by component. */
export async function podsOf(platform: InstalledPlatform): Promise<PodState[]> {
  const selector = 'app.kubernetes.io/component notin (setup, secrets, check)';
  const { items } = await list(platform, platform.namespace, selector);
  return items.map(stateOf).toSorted((a, b) => a.component.localeCompare(b.component));
}

/** Pods of a plugin's runners. */
export async function runnerPodsOf(
  platform: InstalledPlatform,
  pluginId: string,
): Promise<PodState[]> {
  const selector = 'app.kubernetes.io/component=plugin-runner';
  const { items } = await list(platform, platform.runnerNamespace, selector);
  return items
    .filter(({ metadata }) => metadata.annotations?.['made-open.io/plugin-id'] === pluginId)
    .map(stateOf);
}

async function list(
  { cluster }: InstalledPlatform,
  namespace: string,
  selector: string,
): Promise<PodList> {
  const asked = ['get', 'pods', `--namespace=${namespace}`, `--selector=${selector}`];
  return JSON.parse(await cluster.kubectl([...asked, '--output=json']));
}

function stateOf({
  metadata,
  status: { containerStatuses = [] },
}: PodList['items'][number]): PodState {
  return {
    name: metadata.name,
    component: metadata.labels['app.kubernetes.io/component'] ?? '',
    isReady: containerStatuses.length > 0 && containerStatuses.every(({ ready }) => ready),
    restarts: containerStatuses.reduce((sum, { restartCount }) => sum + restartCount, 0),
  };
}
