import type { Outbound } from '../../outbound.ts';
import type { Step } from '../../sending/advance.ts';
import type { Fax, FaxState, ToldOfFax } from '../fax.ts';
import { pauseMs } from '../poll-plan.ts';

const ranks: Partial<Record<FaxState, number>> = { accepted: 0, queued: 1, in_progress: 2 };
const final = new Set<Outbound['state']>(['delivered', 'failed', 'cancelled']);

/** Moves a fax on as its provider says: never out of what is final, whatever order it is said in. */
export function applyTold(outbound: Fax, told: ToldOfFax, now: Date): Step {
  if (final.has(outbound.state)) return { outbound };
  const { fax } = outbound;
  const known: Fax = {
    ...outbound,
    providerStatus: told.providerStatus || outbound.providerStatus,
    updatedAt: now,
    fax: { ...fax, pages: told.pages ?? fax.pages },
  };
  switch (told.status) {
    case 'succeeded':
      return succeeded(known, now);
    case 'failed':
      return ended(known, 'failed', told.error ?? failed);
    case 'cancelled':
      return ended(known, 'cancelled', told.error ?? called);
    default:
      return open(known, told.status, now);
  }
}

function succeeded(known: Fax, now: Date): Step {
  return {
    outbound: {
      ...known,
      state: 'delivered',
      error: undefined,
      sentAt: known.sentAt ?? now,
      deliveredAt: now,
      wakeAt: undefined,
      fax: withoutQuestion(known, 'succeeded'),
    },
    // Whoever waits for it to be sent hears of that, too.
    news: known.sentAt === undefined ? ['sent', 'delivered'] : ['delivered'],
  };
}

function ended(
  known: Fax,
  state: 'failed' | 'cancelled',
  error: NonNullable<Outbound['error']>,
): Step {
  const fax = withoutQuestion(known, state);
  return { outbound: { ...known, state, error, wakeAt: undefined, fax }, news: [state] };
}

/** On its way: the provider is asked until it says what came of it. */
function open(known: Fax, status: FaxState, now: Date): Step {
  const { fax, state } = known;
  if (state === 'sent')
    return { outbound: { ...known, fax: { ...fax, status: forward(fax.status, status) } } };
  const pollUntil = fax.pollUntil === '' ? endOf(known, now) : new Date(fax.pollUntil);
  // Given up for good: nobody would ask any more.
  if (state === 'unknown' && pollUntil <= now) return { outbound: known };
  const sent: Fax = {
    ...known,
    state: 'sent',
    error: undefined,
    sentAt: known.sentAt ?? now,
    fax: { ...fax, status, pollUntil: pollUntil.toISOString() },
  };
  return {
    outbound: { ...sent, wakeAt: nextQuestion(sent, now) },
    news: known.sentAt === undefined ? ['sent'] : [],
  };
}

function endOf({ fax }: Fax, now: Date): Date {
  return new Date(now.getTime() + fax.plan.maxDurationMs);
}

/** When it is looked at again: for a question, or to give up. */
export function nextQuestion({ fax }: Fax, now: Date, leastMs = 0): Date {
  const until = new Date(fax.pollUntil);
  if (fax.isCancelWanted && fax.canCancel) return now;
  if (!fax.canAsk) return until;
  const at = new Date(now.getTime() + Math.max(pauseMs(fax.plan, fax.asked), leastMs));
  return at < until ? at : until;
}

/** Nothing that was known is taken back, but what a provider calls by a word that nobody knows is not known. */
function forward(before: FaxState, told: FaxState): FaxState {
  const [from, to] = [ranks[before], ranks[told]];
  return from === undefined || to === undefined || to >= from ? told : before;
}

/** Nobody is asked any more. */
export const idle = { questionId: '', isCancelWanted: false, isCancelling: false } as const;

function withoutQuestion({ fax }: Fax, status: FaxState): Fax['fax'] {
  return { ...fax, ...idle, status };
}

const failed = { code: 'provider.failed', message: 'the provider says that it failed' };
const called = { code: 'fax.cancelled', message: 'it was cancelled at the provider' };
