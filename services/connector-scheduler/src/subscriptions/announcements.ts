import { writeEvents, writeMessage } from '@made-open/bus';
import {
  InvokeSchema,
  pluginToken,
  routeSubject,
  SubscriptionFailedSchema,
  SubscriptionRestoredSchema,
} from '@made-open/contracts';
import type { OutboxMessage } from '@made-open/postgres';
import { callMs, type SubscriptionNews } from './advance-subscription.ts';
import type { Subscription } from './subscription.ts';

/** The command that asks a runner to subscribe, to renew or to unsubscribe. */
export function subscriptionCommand(
  subscription: Subscription,
  hasRequestBudget: boolean,
): OutboxMessage | undefined {
  const { call, connectionId, spaceId, pluginId, webhook, current } = subscription;
  if (call?.endBefore === undefined) return undefined;
  const parameters = { plugin: pluginToken(pluginId), connection: connectionId };
  const value = {
    webhook,
    url: call.url,
    subscriptionJson: current?.json ?? '',
    remove: call.purpose === 'unsubscribe',
  };
  return {
    subject: routeSubject(InvokeSchema, parameters),
    payload: writeMessage(InvokeSchema, {
      invocationId: call.id,
      connectionId,
      spaceId,
      try: call.tries,
      endBefore: call.endBefore.toISOString(),
      withinMs: callMs,
      hasRequestBudget,
      work: { case: 'subscription', value },
    }),
  };
}

/** The event that tells others how it stands. */
export function subscriptionEvent(
  news: SubscriptionNews,
  { connectionId, pluginId, spaceId, webhook, error, current }: Subscription,
  time: Date,
): OutboxMessage {
  const origin = { connectionId, pluginId, spaceId, webhook };
  if (news === 'restored') {
    const subject = routeSubject(SubscriptionRestoredSchema);
    const attributes = { type: subject, source: 'connector-scheduler' };
    const events = [{ message: origin, time }];
    return { subject, payload: writeEvents(SubscriptionRestoredSchema, attributes, events) };
  }
  const subject = routeSubject(SubscriptionFailedSchema);
  const attributes = { type: subject, source: 'connector-scheduler' };
  const message = {
    ...origin,
    errorCode: error?.code ?? '',
    errorMessage: error?.message ?? '',
    expiresAt: current?.expiresAt?.toISOString() ?? '',
  };
  return {
    subject,
    payload: writeEvents(SubscriptionFailedSchema, attributes, [{ message, time }]),
  };
}
