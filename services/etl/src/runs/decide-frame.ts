/** Where the newest attempt of a connection stands. */
export interface Fence {
  readonly runId: string;
  readonly epoch: number;
  readonly attempt: number;
  /** The last frame that was committed; -1 before the first. */
  readonly frame: number;
  readonly ended: boolean;
  /** It maps again what is stored, and draws nothing. */
  readonly isRemap: boolean;
}

/** Which frame has come. */
export interface FramePlace {
  readonly runId: string;
  readonly epoch: number;
  readonly attempt: number;
  readonly frame: number;
  readonly kind: 'begin' | 'records' | 'end';
  readonly isRemap: boolean;
  /** It is of no run: one call of the plugin, whose only frame has no place behind others. */
  readonly isInvocation: boolean;
}

/**
 * accept: it is the next one · duplicate: it was committed before · stale: a newer attempt has begun ·
 * gap: one before it has not come yet · invalid: no attempt of ours makes such a frame.
 */
export type FrameDecision = 'accept' | 'duplicate' | 'stale' | 'gap' | 'invalid';

/** Decides what becomes of a frame. The newest attempt of the newest epoch wins, from its frame 0 on. */
export function decideFrame(fence: Fence, place: FramePlace): FrameDecision {
  if (place.isInvocation) return isOnlyFrame(place) ? 'accept' : 'invalid';
  if (!isPossible(place)) return 'invalid';
  const age = place.epoch - fence.epoch || place.attempt - fence.attempt;
  if (age < 0) return 'stale';
  if (age > 0) return place.frame === 0 ? 'accept' : 'gap';
  return decideWithinAttempt(fence, place);
}

function decideWithinAttempt(fence: Fence, { runId, frame, isRemap }: FramePlace): FrameDecision {
  if (runId !== fence.runId || isRemap !== fence.isRemap) return 'invalid';
  if (frame <= fence.frame) return 'duplicate';
  if (fence.ended) return 'invalid';
  return frame === fence.frame + 1 ? 'accept' : 'gap';
}

/** An invocation is one frame of records outside of all epochs. */
function isOnlyFrame({ epoch, frame, kind }: FramePlace): boolean {
  return epoch === 0 && frame === 0 && kind === 'records';
}

/** Epochs and attempts count from 1; the begin is frame 0 and nothing else is. */
function isPossible({ epoch, attempt, frame, kind }: FramePlace): boolean {
  return epoch > 0 && attempt > 0 && (kind === 'begin') === (frame === 0);
}
