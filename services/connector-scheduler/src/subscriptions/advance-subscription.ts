import { uuidv7 } from 'uuidv7';
import type { DesiredSubscription, Fault, Subscription, SubscriptionCall } from './subscription.ts';

/** What follows for a subscription. */
export interface SubscriptionStep {
  /** Absent: nothing is left of it. */
  readonly subscription: Subscription | undefined;
  /** Its call goes out. */
  readonly isAsked?: boolean;
  readonly news?: SubscriptionNews | undefined;
  /** For some time the source may have sent nothing: what changed meanwhile must be fetched. */
  readonly hasGap?: boolean;
}

export type SubscriptionNews = 'failed' | 'restored';

export interface SubscriptionSituation {
  readonly now: Date;
  readonly random: () => number;
}

/** Within this time a runner carries a call out; a plugin may first have to get one. */
export const callMs = 120_000;
/** A result that was just in time needs less to come. */
const tellMs = 30_000;
const firstPauseMs = 30_000;
const maxPauseMs = 15 * 60_000;
/** Trying again changes nothing until somebody does something. */
const permanentPauseMs = 6 * 3_600_000;
const jitterShare = 0.2;
/** Then somebody should look. */
const triesBeforeFailed = 3;
/** Of a connection that is gone soon nothing can be asked any more. */
const triesToRemove = 3;
const removalPauseMs = 2000;

const noPublicUrl: Fault = {
  code: 'subscription.no_public_url',
  message:
    'nobody outside knows where to send; set PUBLIC_URL of connector-scheduler to the public address of channel-gateway',
};
const notVerified: Fault = {
  code: 'subscription.not_verified',
  message:
    'the address of a webhook with "verify": "none" holds a token that is shown to nobody; give the webhook another "verify" in plugin.json',
};
const noResult: Fault = {
  code: 'subscription.no_result',
  message:
    'no runner told what became of it; look whether the plugin’s runner is running and what its log says',
};

/** As it is once the connection was announced anew; what failed before is tried again at once. */
export function announcedSubscription(
  known: Subscription | undefined,
  desired: DesiredSubscription,
  of: Pick<Subscription, 'connectionId' | 'spaceId' | 'pluginId'>,
  now: Date,
): Subscription {
  const { current, call, hasFailed = false, error } = known ?? {};
  const isUnderWay = call?.endBefore !== undefined;
  const base = { ...desired, ...of, current, hasFailed, error };
  if (isUnderWay) return { ...base, call, nextAt: known?.nextAt };
  const subscription: Subscription = { ...base, call: undefined, nextAt: undefined };
  const isBehind = call !== undefined || hasFailed;
  return { ...subscription, nextAt: dueAt(subscription, isBehind, now) };
}

/** When something is to be done for one that nothing goes on for. */
function dueAt(subscription: Subscription, isBehind: boolean, now: Date): Date | undefined {
  const task = taskOf(subscription);
  if (task === 'nothing') return undefined;
  if (task !== 'subscribe' || isBehind) return now;
  return subscription.current === undefined ? now : subscription.current.renewAt;
}

type SubscriptionTask = 'nothing' | 'forget' | 'subscribe' | 'unsubscribe' | 'complain';

/** What brings it nearer to what it should be. */
function taskOf({ wish, current, url }: Subscription): SubscriptionTask {
  if (wish === 'held') return 'nothing';
  if (wish === 'kept') return current?.url === url ? 'subscribe' : 'nothing';
  if (wish === 'gone') return current === undefined ? 'forget' : 'unsubscribe';
  if (url === '') return 'complain';
  // Two at a time would send everything twice, so the old one ends first.
  if (current !== undefined && current.url !== url) return 'unsubscribe';
  return 'subscribe';
}

/** Does what its time has come for. */
export function wokenSubscription(
  subscription: Subscription,
  situation: SubscriptionSituation,
): SubscriptionStep {
  const { call } = subscription;
  if (call?.endBefore !== undefined)
    return failedCall(subscription, call, { fault: noResult }, situation);
  switch (taskOf(subscription)) {
    case 'nothing':
      return { subscription: { ...subscription, nextAt: undefined } };
    case 'forget':
      return { subscription: undefined };
    case 'complain':
      return complained(subscription);
    case 'unsubscribe':
      return asked(subscription, 'unsubscribe', situation);
    default:
      return asked(subscription, 'subscribe', situation);
  }
}

function complained(subscription: Subscription): SubscriptionStep {
  const { isVerified, hasFailed } = subscription;
  const error = isVerified ? noPublicUrl : notVerified;
  const failed = { ...subscription, call: undefined, hasFailed: true, error };
  return {
    subscription: { ...failed, nextAt: undefined },
    news: hasFailed ? undefined : 'failed',
  };
}

function asked(
  subscription: Subscription,
  purpose: SubscriptionCall['purpose'],
  { now }: SubscriptionSituation,
): SubscriptionStep {
  const url = urlFor(subscription, purpose);
  const before = sameCall(subscription, purpose, url);
  const endBefore = after(now, callMs);
  const call: SubscriptionCall = {
    id: before?.id ?? uuidv7(),
    purpose,
    url,
    tries: (before?.tries ?? 0) + 1,
    endBefore,
  };
  return {
    subscription: { ...subscription, call, nextAt: after(endBefore, tellMs) },
    isAsked: true,
  };
}

function urlFor({ url, current }: Subscription, purpose: SubscriptionCall['purpose']): string {
  return purpose === 'subscribe' ? url : (current?.url ?? '');
}

/** The call of which this is another try. */
function sameCall(
  { call }: Subscription,
  purpose: SubscriptionCall['purpose'],
  url: string,
): SubscriptionCall | undefined {
  return call?.purpose === purpose && call.url === url ? call : undefined;
}

export interface CallFailure {
  readonly fault: Fault;
  readonly isPermanent?: boolean;
  /** The source asked for so much time. */
  readonly retryAfterMs?: number;
}

/** Its call failed, or nothing was heard of it. */
export function failedCall(
  subscription: Subscription,
  call: SubscriptionCall,
  failure: CallFailure,
  situation: SubscriptionSituation,
): SubscriptionStep {
  if (call.purpose === 'unsubscribe') return failedRemoval(subscription, call, failure, situation);
  const { now } = situation;
  const { fault: error, isPermanent = false } = failure;
  const expiresAt = subscription.current?.expiresAt;
  const isOver = expiresAt !== undefined && expiresAt <= now;
  const isLong = isPermanent || call.tries >= triesBeforeFailed || isOver;
  const hasFailed = subscription.hasFailed || isLong;
  const waiting: SubscriptionCall = { ...call, endBefore: undefined };
  const nextAt = after(now, pauseMs(call.tries, failure, situation));
  return {
    subscription: { ...subscription, call: waiting, error, hasFailed, nextAt },
    news: hasFailed && !subscription.hasFailed ? 'failed' : undefined,
  };
}

/** What cannot be removed runs out by itself, or is answered with 404. */
function failedRemoval(
  subscription: Subscription,
  call: SubscriptionCall,
  { fault: error, isPermanent = false }: CallFailure,
  { now }: SubscriptionSituation,
): SubscriptionStep {
  if (isPermanent || call.tries >= triesToRemove) return removed(subscription, now);
  const waiting: SubscriptionCall = { ...call, endBefore: undefined };
  const nextAt = after(now, removalPauseMs * call.tries);
  return { subscription: { ...subscription, call: waiting, error, nextAt } };
}

/** Nothing is left of it at the source. */
export function removed(subscription: Subscription, now: Date): SubscriptionStep {
  if (subscription.wish === 'gone') return { subscription: undefined };
  const cleared = { ...subscription, current: undefined, call: undefined, error: undefined };
  return { subscription: { ...cleared, nextAt: dueAt(cleared, false, now) } };
}

function pauseMs(
  tries: number,
  { isPermanent = false, retryAfterMs = 0 }: CallFailure,
  { random }: SubscriptionSituation,
): number {
  const usualMs = isPermanent
    ? permanentPauseMs
    : Math.min(firstPauseMs * 2 ** (tries - 1), maxPauseMs);
  return Math.max(usualMs * (1 + jitterShare * random()), retryAfterMs);
}

function after(now: Date, ms: number): Date {
  return new Date(now.getTime() + Math.round(ms));
}

/** The plugin has subscribed, or renewed. */
export function subscribed(
  subscription: Subscription,
  current: NonNullable<Subscription['current']>,
  now: Date,
): SubscriptionStep {
  const { current: before, hasFailed } = subscription;
  const isOver = before?.expiresAt !== undefined && before.expiresAt <= now;
  const fresh: Subscription = {
    ...subscription,
    current,
    call: undefined,
    error: undefined,
    hasFailed: false,
    nextAt: undefined,
  };
  return {
    subscription: { ...fresh, nextAt: dueAt(fresh, false, now) },
    news: hasFailed ? 'restored' : undefined,
    // Another one was made, whatever became of the one before.
    hasGap: isOver || before?.id !== current.id,
  };
}
