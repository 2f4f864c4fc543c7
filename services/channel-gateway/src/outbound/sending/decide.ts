import { Effect } from '@made-open/contracts';
import type { OutboundError } from '../outbound.ts';

/** What became of an attempt. */
export interface SendOutcome {
  readonly effect: Effect;
  /** Absent: the plugin returned. */
  readonly error: OutboundError | undefined;
  readonly isPermanent: boolean;
  readonly retryAfterMs: number;
  /** Empty when the plugin told none. */
  readonly externalId: string;
  readonly isDelivered: boolean;
}

/** What counts besides the outcome. */
export interface SendLimits {
  /** Attempts so far, this one included. */
  readonly attempts: number;
  readonly createdAt: Date;
  readonly now: Date;
  /** The provider takes a repetition for the same message. */
  readonly isIdempotent: boolean;
}

export type Decision =
  | { readonly next: 'sent' | 'delivered' | 'failed' | 'unknown' }
  | { readonly next: 'again'; readonly at: Date; readonly mayHaveGone: boolean };

const maxAttempts = 5;
const pausesMs = [2_000, 15_000, 60_000, 300_000];
/** Later nobody wants it sent any more. */
export const maxAgeMs = 24 * 3_600_000;

/** What follows from an attempt; sends again only where nothing can have happened, or a repetition does no harm. */
export function decide(outcome: SendOutcome, limits: SendLimits): Decision {
  if (isDone(outcome)) return { next: outcome.isDelivered ? 'delivered' : 'sent' };
  const isUndone = outcome.effect === Effect.NONE || outcome.effect === Effect.REFUSED;
  const last = isUndone ? 'failed' : 'unknown';
  const mayRepeat = isUndone
    ? outcome.error !== undefined && !outcome.isPermanent
    : limits.isIdempotent;
  const at = mayRepeat ? nextTry(outcome.retryAfterMs, limits) : undefined;
  return at === undefined ? { next: last } : { next: 'again', at, mayHaveGone: !isUndone };
}

function isDone({ effect, error, externalId }: SendOutcome): boolean {
  if (effect === Effect.DONE || externalId !== '') return true;
  // A plugin that returned without a request that changes anything knows what it does: some providers take messages by GET.
  return effect === Effect.NONE && error === undefined;
}

function nextTry(retryAfterMs: number, { attempts, createdAt, now }: SendLimits): Date | undefined {
  if (attempts >= maxAttempts) return undefined;
  const pauseMs = pausesMs[Math.max(attempts, 1) - 1] ?? 300_000;
  const at = now.getTime() + Math.max(pauseMs, retryAfterMs);
  return at < createdAt.getTime() + maxAgeMs ? new Date(at) : undefined;
}
