import { createHash } from 'node:crypto';

/** Which runners carry out a run: those of the active version, or those that try out another one. */
export type RunLane = 'stable' | 'canary';

/** A version that has a share of a connection's syncs. */
export interface CanaryShare {
  readonly version: string;
  /** Of a hundred. */
  readonly percent: number;
  /** The next sync goes to it whatever the share. */
  readonly isOwed: boolean;
}

/** By a hash of the id: whoever asks, and however often, a run has the same lane. */
export function laneOf(runId: string, canary: CanaryShare | undefined): RunLane {
  if (canary === undefined) return 'stable';
  if (canary.isOwed) return 'canary';
  const place = createHash('sha256').update(runId).digest().readUInt32BE(0) % 100;
  return place < canary.percent ? 'canary' : 'stable';
}
