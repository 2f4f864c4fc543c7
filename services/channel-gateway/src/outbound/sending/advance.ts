import { Effect } from '@made-open/contracts';
import type { Attempt, Outbound, OutboundError, OutboundNews, OutboundState } from '../outbound.ts';
import { decide, maxAgeMs, type Decision, type SendOutcome } from './decide.ts';

/** What a change makes of a message or call, and of its attempt. */
export interface Step {
  readonly outbound: Outbound;
  readonly attempt?: Attempt;
  /** In the order in which it happened. */
  readonly news?: readonly OutboundNews[];
}

export interface StepContext {
  readonly now: Date;
  /** The provider takes a repetition with the same idempotency key for the same message. */
  readonly isIdempotent: boolean;
}

/** So long a runner has, from the command to its result. */
const attemptMs = 120_000;
/** A runner that begins later could hardly end in time. */
const leastMs = 20_000;
/** The result may be on its way. */
const graceMs = 10_000;
const pauseMs = 5_000;

/** Begins an attempt at what is queued. */
export function beginAttempt(
  outbound: Outbound,
  attemptId: string,
  now: Date,
): Step & { readonly attempt: Attempt } {
  const endBefore = new Date(now.getTime() + attemptMs);
  const attempt: Attempt = {
    id: attemptId,
    outboundId: outbound.id,
    createdAt: now,
    endBefore,
    asker: '',
    begunAt: undefined,
    outcome: 'open',
  };
  const wakeAt = new Date(endBefore.getTime() + graceMs);
  return { outbound: { ...outbound, state: 'sending', updatedAt: now, wakeAt }, attempt };
}

/** Leaves what is queued for later, without an attempt; gives up after a day. */
export function postpone(outbound: Outbound, error: OutboundError, now: Date): Step {
  const wakeAt = new Date(now.getTime() + pauseMs);
  return wakeAt.getTime() < outbound.createdAt.getTime() + maxAgeMs
    ? { outbound: { ...outbound, state: 'queued', updatedAt: now, wakeAt } }
    : ended(outbound, 'failed', { now, error });
}

/** Ends what is queued and will not be sent. */
export function refuse(outbound: Outbound, error: OutboundError, now: Date): Step {
  return ended(outbound, 'failed', { now, error });
}

export function cancel(outbound: Outbound, now: Date): Step | undefined {
  if (outbound.state !== 'queued') return undefined;
  const error = { code: 'outbound.cancelled', message: 'it was cancelled before it was sent' };
  return ended(outbound, 'cancelled', { now, error });
}

/** Lets a runner send: once, or the same runner again; undefined when nothing may be sent. */
export function grant(
  { outbound, attempt }: Required<Pick<Step, 'outbound' | 'attempt'>>,
  asker: string,
  now: Date,
): Step | undefined {
  if (outbound.state !== 'sending' || attempt.outcome !== 'open') return undefined;
  if (attempt.begunAt !== undefined)
    return asker !== '' && attempt.asker === asker ? { outbound } : undefined;
  if (now.getTime() > attempt.endBefore.getTime() - leastMs) return undefined;
  return {
    outbound: { ...outbound, attempts: outbound.attempts + 1, updatedAt: now },
    attempt: { ...attempt, asker, begunAt: now },
  };
}

/** Takes the result of an attempt, also one that comes when it was no longer waited for. */
export function settle(
  { outbound, attempt }: Required<Pick<Step, 'outbound' | 'attempt'>>,
  outcome: SendOutcome & { readonly threadId: string; readonly providerStatus: string },
  context: StepContext,
): Step | undefined {
  if (attempt.outcome === 'settled') return undefined;
  const settled: Attempt = { ...attempt, outcome: 'settled' };
  const attempts = outbound.attempts + (attempt.begunAt === undefined ? 1 : 0);
  const limits = { ...context, attempts, createdAt: outbound.createdAt };
  const decision = lateOr(outbound.state, decide(outcome, limits));
  if (!mayTake(outbound.state, attempt, decision)) return { outbound, attempt: settled };
  const known: Outbound = {
    ...outbound,
    attempts,
    externalId: outcome.externalId || outbound.externalId,
    providerStatus: outcome.providerStatus || outbound.providerStatus,
    threadId: outbound.threadId || outcome.threadId,
  };
  const error = outcome.error ?? noError(outcome.effect);
  return { ...decided(known, decision, { now: context.now, error }), attempt: settled };
}

/** What happens when an attempt's time is over without a result. */
export function expire(
  { outbound, attempt }: Required<Pick<Step, 'outbound' | 'attempt'>>,
  context: StepContext,
): Step | undefined {
  if (outbound.state !== 'sending') return undefined;
  const expired: Attempt = { ...attempt, outcome: 'expired' };
  if (attempt.begunAt === undefined)
    return { ...postpone(outbound, notTaken, context.now), attempt: expired };
  const outcome: SendOutcome = {
    effect: Effect.UNKNOWN,
    error: noResult,
    isPermanent: false,
    retryAfterMs: 0,
    externalId: '',
    isDelivered: false,
  };
  const { attempts, createdAt } = outbound;
  const decision = decide(outcome, { ...context, attempts, createdAt });
  return {
    ...decided(outbound, decision, { now: context.now, error: noResult }),
    attempt: expired,
  };
}

/** Whoever heard that nobody knows what became of it must not have it sent afterwards. */
function lateOr(state: OutboundState, decision: Decision): Decision {
  if (state !== 'unknown' || decision.next !== 'again') return decision;
  return { next: decision.mayHaveGone ? 'unknown' : 'failed' };
}

/** A late result counts where it says more than is known: that it was sent, or what became of an unknown one. */
function mayTake(state: OutboundState, attempt: Attempt, { next }: Decision): boolean {
  if (state === 'unknown') return true;
  const isOwn = attempt.outcome === 'open' && state === 'sending';
  if (isOwn) return true;
  const isSent = next === 'sent' || next === 'delivered';
  return isSent && (state === 'queued' || state === 'sending');
}

function decided(
  outbound: Outbound,
  decision: Decision,
  { now, error }: { readonly now: Date; readonly error: OutboundError },
): Step {
  if (decision.next === 'again') {
    const mayHaveGone = outbound.mayHaveGone || decision.mayHaveGone;
    const queued = { ...outbound, state: 'queued', error, mayHaveGone } as const;
    return { outbound: { ...queued, updatedAt: now, wakeAt: decision.at } };
  }
  return decision.next === 'sent' || decision.next === 'delivered'
    ? sent(outbound, decision.next, now)
    : ended(outbound, decision.next, { now, error });
}

function sent(outbound: Outbound, state: 'sent' | 'delivered', now: Date): Step {
  const deliveredAt = state === 'delivered' ? now : undefined;
  return {
    outbound: {
      ...outbound,
      state,
      error: undefined,
      updatedAt: now,
      sentAt: now,
      deliveredAt,
      wakeAt: undefined,
    },
    news: state === 'sent' ? ['sent'] : ['sent', 'delivered'],
  };
}

/** What may have gone with an earlier attempt has neither failed nor been cancelled. */
function ended(
  outbound: Outbound,
  wanted: 'failed' | 'unknown' | 'cancelled',
  { now, error: newest }: { readonly now: Date; readonly error: OutboundError },
): Step {
  const state = outbound.mayHaveGone ? 'unknown' : wanted;
  if (state === outbound.state) return { outbound };
  const error = state === wanted ? newest : goneBefore(newest);
  return {
    outbound: { ...outbound, state, error, updatedAt: now, wakeAt: undefined },
    news: [state],
  };
}

function noError(effect: Effect): OutboundError {
  return effect === Effect.REFUSED
    ? { code: 'outbound.refused', message: 'the provider refused it' }
    : noResult;
}

const noResult: OutboundError = {
  code: 'outbound.no_result',
  message: 'nobody can say whether the provider has taken it: ask there before you send it again',
};

function goneBefore({ code, message }: OutboundError): OutboundError {
  return { code: noResult.code, message: `${noResult.message} (at last: ${code}, ${message})` };
}

const notTaken: OutboundError = {
  code: 'outbound.not_taken',
  message: 'no runner of the plugin has taken it within a day',
};
