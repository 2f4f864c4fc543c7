import type { InstalledPlatform } from '../../src/index.ts';

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

/** Pods of the release but those of jobs and runners, by component. */
export async function podsOf(platform: InstalledPlatform): Promise<PodState[]> {
  const others = 'notin (setup, secrets, check, plugin-runner)';
  const { items } = await list(platform, `app.kubernetes.io/component ${others}`);
  return items.map(stateOf).toSorted((a, b) => a.component.localeCompare(b.component));
}

/** Pods of a plugin's runners. */
export async function runnerPodsOf(
  platform: InstalledPlatform,
  pluginId: string,
): Promise<PodState[]> {
  const { items } = await list(platform, 'app.kubernetes.io/component=plugin-runner');
  return items
    .filter(({ metadata }) => metadata.annotations?.['made-open.io/plugin-id'] === pluginId)
    .map(stateOf);
}

async function list(platform: InstalledPlatform, selector: string): Promise<PodList> {
  const asked = ['get', 'pods', `--selector=${selector}`, '--output=json'];
  return JSON.parse(await platform.kubectl(asked));
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
