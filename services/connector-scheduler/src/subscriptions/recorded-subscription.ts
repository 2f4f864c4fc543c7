import type { InvocationResult } from '@made-open/contracts';
import {
  failedCall,
  removed,
  subscribed,
  type SubscriptionSituation,
  type SubscriptionStep,
} from './advance-subscription.ts';
import { readSourceSubscription } from './source-subscription.ts';
import type { Subscription, SubscriptionCall } from './subscription.ts';

/** What follows from a result; undefined when it is of no call that goes on: results are repeated and come late. */
export function recordedSubscription(
  subscription: Subscription,
  result: InvocationResult,
  situation: SubscriptionSituation,
): SubscriptionStep | undefined {
  const { call } = subscription;
  if (call === undefined || call.id !== result.invocationId) return undefined;
  const { error, permanent: isPermanent, retryAfterMs } = result;
  if (error !== undefined) {
    // Of an earlier try: the one that goes on may still do better.
    if (call.endBefore === undefined || call.tries !== result.try) return undefined;
    const { code, message } = error;
    const fault = { code: code || 'subscription.failed', message };
    return failedCall(subscription, call, { fault, isPermanent, retryAfterMs }, situation);
  }
  if (call.purpose === 'unsubscribe') return removed(subscription, situation.now);
  return taken(subscription, call, result.resultJson, situation);
}

function taken(
  subscription: Subscription,
  call: SubscriptionCall,
  json: string,
  situation: SubscriptionSituation,
): SubscriptionStep {
  const { renewBeforeSeconds } = subscription;
  const { url } = call;
  const current = readSourceSubscription(json, { url, renewBeforeSeconds, ...situation });
  if (typeof current !== 'string') return subscribed(subscription, current, situation.now);
  const fault = {
    code: 'subscription.invalid_result',
    message: `what subscribe of the plugin returned cannot be used: ${current}`,
  };
  return failedCall(subscription, call, { fault, isPermanent: true }, situation);
}
