import type { RunCounts } from '@made-open/contracts';

/** Where the frames of a connection stand. */
export interface FenceState {
  readonly runId: string;
  readonly epoch: number;
  readonly attempt: number;
  readonly frame: number;
  readonly ended: boolean;
}

/** Position of a frame. */
export interface FramePosition {
  readonly epoch: number;
  readonly attempt: number;
  readonly frame: number;
}

/** What to do with a frame. */
export type FenceDecision =
  /** The next one: take it. */
  | 'accept'
  /** Taken before: acknowledge, and answer with what is recorded. */
  | 'repeated'
  /** Of an attempt or epoch that a newer one replaced: drop it. */
  | 'outdated'
  /** A frame before it has not come yet: bring it again a little later. */
  | 'gap';

/** Decides by epoch, attempt and number alone, so that a repetition, a late frame or two runners at once do no harm. */
export function decideFrame(state: FenceState | undefined, position: FramePosition): FenceDecision {
  const age = compareAttempt(state, position);
  if (age < 0) return 'outdated';
  if (age > 0) return position.frame === 0 ? 'accept' : 'gap';
  return decideWithinAttempt(state, position.frame);
}

function decideWithinAttempt(state: FenceState | undefined, frame: number): FenceDecision {
  const last = state?.frame ?? -1;
  if (frame <= last) return 'repeated';
  if (state?.ended === true) return 'outdated';
  return frame === last + 1 ? 'accept' : 'gap';
}

/** Above 0 when the frame's attempt is newer than the fence's, below 0 when it is older. */
function compareAttempt(state: FenceState | undefined, position: FramePosition): number {
  if (state === undefined) return 1;
  return position.epoch - state.epoch || position.attempt - state.attempt;
}

export const noCounts: Omit<RunCounts, '$typeName' | '$unknown'> = {
  items: 0,
  created: 0,
  updated: 0,
  deleted: 0,
  unchanged: 0,
  quarantined: 0,
  events: 0,
};

/** Counts of a run so far. */
export type Counts = { -readonly [name in keyof typeof noCounts]: number };
