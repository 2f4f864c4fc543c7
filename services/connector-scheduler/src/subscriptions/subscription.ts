import { create } from '@bufbuild/protobuf';
import { SubscriptionSchema, type Subscription as SubscriptionMessage } from '@made-open/contracts';

/**
 * What is to be done: `wanted` is made and renewed, `kept` only renewed, since its connection is paused, `held` left
 * alone, since nothing can be done for its connection, and `gone` removed.
 */
export type SubscriptionWish = 'wanted' | 'kept' | 'held' | 'gone';

/** How it should be, as plugin-manager last announced the connection. */
export interface DesiredSubscription {
  /** As the manifest calls the webhook; empty for the bare path. */
  readonly webhook: string;
  readonly wish: SubscriptionWish;
  /** Its sender proves itself: the address alone tells nothing that must be kept secret. */
  readonly isVerified: boolean;
  /** Where the source is to send; empty while there is no such address. */
  readonly url: string;
  /** How long before its end it is renewed; absent = a third of its life. */
  readonly renewBeforeSeconds: number | undefined;
}

/** Why something failed; the code is for programs. */
export interface Fault {
  readonly code: string;
  readonly message: string;
}

/** What the plugin returned, as JSON text, and for which address. */
export interface SourceSubscription {
  readonly json: string;
  readonly id: string;
  readonly url: string;
  readonly expiresAt: Date | undefined;
  readonly renewedAt: Date;
  /** When it is to be renewed; absent when it does not expire. */
  readonly renewAt: Date | undefined;
}

/** A call of the plugin's code; its id is the same in every try. */
export interface SubscriptionCall {
  readonly id: string;
  readonly purpose: 'subscribe' | 'unsubscribe';
  /** Of the subscription, as it was asked. */
  readonly url: string;
  /** From 1. */
  readonly tries: number;
  /** Until then nothing else is asked; absent while it waits for its next try. */
  readonly endBefore: Date | undefined;
}

/** One subscription of a connection: there is one at most for each of its webhooks. */
export interface Subscription extends DesiredSubscription {
  readonly connectionId: string;
  readonly spaceId: string;
  readonly pluginId: string;
  /** What there is at the source, as far as it is known. */
  readonly current: SourceSubscription | undefined;
  /** That goes on, or is to be tried again. */
  readonly call: SubscriptionCall | undefined;
  /** It has failed for so long that somebody should look. */
  readonly hasFailed: boolean;
  readonly error: Fault | undefined;
  /** When something is to be done, unless a result comes first. */
  readonly nextAt: Date | undefined;
}

export function subscriptionState(subscription: Subscription): string {
  const { wish, hasFailed, current, call } = subscription;
  if (wish === 'gone') return 'removing';
  if (hasFailed) return 'failed';
  if (current === undefined) return 'pending';
  return call === undefined ? 'active' : 'renewing';
}

/** A subscription as it is answered. */
export function subscriptionMessage(subscription: Subscription): SubscriptionMessage {
  const { connectionId, webhook, current, call, nextAt } = subscription;
  const { code: errorCode, message: errorMessage } = subscription.error ?? {
    code: '',
    message: '',
  };
  return create(SubscriptionSchema, {
    connectionId,
    webhook,
    state: subscriptionState(subscription),
    expiresAt: timeText(current?.expiresAt),
    renewedAt: timeText(current?.renewedAt),
    tries: call?.tries ?? 0,
    nextTryAt: timeText(call?.endBefore === undefined ? nextAt : undefined),
    errorCode,
    errorMessage,
  });
}

function timeText(time: Date | undefined): string {
  return time?.toISOString() ?? '';
}
