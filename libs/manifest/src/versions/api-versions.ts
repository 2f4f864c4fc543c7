import type { Manifest } from '../manifest-type.ts';

/** Versions of the plugin API that this platform runs. */
export const apiVersions = { oldest: 1, newest: 1 } as const;

/** The version of the plugin API that a plugin was written for. */
export function apiVersionOf({ apiVersion = 1 }: Pick<Manifest, 'apiVersion'>): number {
  return apiVersion;
}

/** Why a plugin cannot run on this platform, whatever else is right with it; undefined when it can. */
export function apiVersionFault(manifest: Pick<Manifest, 'apiVersion'>): string | undefined {
  const { oldest, newest } = apiVersions;
  const wanted = apiVersionOf(manifest);
  if (wanted > newest)
    return `apiVersion ${String(wanted)} of the plugin API is newer than this platform, which has ${String(oldest)} to ${String(newest)}; update the platform`;
  if (wanted < oldest)
    return `apiVersion ${String(wanted)} of the plugin API is not run any more, but ${String(oldest)} to ${String(newest)}; push a version of the plugin that was made for one of them`;
  return undefined;
}
