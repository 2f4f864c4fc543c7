import type { Checkpoint } from '@made-open/contracts';
import type { checkpointVersions } from '@made-open/manifest';

/** Checkpoints, the newest first, of which that one is the current one from which a version goes on: the newest that it reads. */
export function withCurrent(
  checkpoints: readonly Checkpoint[],
  { oldest, newest }: ReturnType<typeof checkpointVersions>,
): Checkpoint[] {
  const current = checkpoints.find((each) => {
    const version = versionOf(each);
    return version >= oldest && version <= newest;
  });
  return checkpoints.map((each) => ({ ...each, isCurrent: each === current }));
}

/** An etl that knows no versions has saved the first. */
export function versionOf({ version }: Pick<Checkpoint, 'version'>): number {
  return version || 1;
}
