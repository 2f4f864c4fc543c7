import type { InstalledPlatform } from '../../src/index.ts';

interface PodList {
  readonly items: readonly {
    readonly metadata: { readonly name: string; readonly labels: Record<string, string> };
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
  const selector = '--selector=app.kubernetes.io/component notin (setup, secrets, check)';
  const list: PodList = JSON.parse(
    await platform.kubectl(['get', 'pods', selector, '--output=json']),
  );
  return list.items
    .map(({ metadata, status: { containerStatuses = [] } }) => ({
      name: metadata.name,
      component: metadata.labels['app.kubernetes.io/component'] ?? '',
      isReady: containerStatuses.length > 0 && containerStatuses.every(({ ready }) => ready),
      restarts: containerStatuses.reduce((sum, { restartCount }) => sum + restartCount, 0),
    }))
    .toSorted((a, b) => a.component.localeCompare(b.component));
}
