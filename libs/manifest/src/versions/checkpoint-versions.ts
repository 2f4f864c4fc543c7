import type { Manifest } from '../manifest-type.ts';

/** Forms of checkpoints that a version of a plugin can go on from: its own is the newest, older ones it migrates. */
export function checkpointVersions({
  checkpointVersion: newest = 1,
  migratesCheckpointsFrom: oldest = newest,
}: Pick<Manifest, 'checkpointVersion' | 'migratesCheckpointsFrom'>): {
  readonly oldest: number;
  readonly newest: number;
} {
  return { oldest, newest };
}
