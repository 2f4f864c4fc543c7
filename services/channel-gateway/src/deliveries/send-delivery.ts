import { payloadJson } from '@made-open/nest';
import { describeError, type Bus } from '@made-open/bus';
import { InvokeSchema, pluginToken } from '@made-open/contracts';
import { dispatched, refused, type DeliveryStanding } from './delivery.ts';
import type { DueDelivery } from './delivery-store.ts';

/** Gives a delivery to the runners of its plugin; undefined when that cannot be done now. */
export async function sendDelivery(
  bus: Pick<Bus, 'publish'>,
  delivery: DueDelivery,
  { now, timeoutMs }: { readonly now: Date; readonly timeoutMs: number },
): Promise<DeliveryStanding | undefined> {
  const endBefore = new Date(now.getTime() + timeoutMs);
  const after = dispatched(delivery, endBefore);
  const { id, connectionId, spaceId, pluginId, invocationId, hasRequestBudget, nextAt } = delivery;
  const { name, headers, query, contentType, body, receivedAt } = delivery;
  try {
    const message = {
      invocationId,
      connectionId,
      spaceId,
      try: after.tries,
      endBefore: endBefore.toISOString(),
      withinMs: timeoutMs,
      hasRequestBudget,
      work: {
        case: 'webhook' as const,
        value: {
          deliveryId: id,
          name,
          payloadJson: await payloadJson(contentType, body),
          headers: { ...headers },
          query: { ...query },
          receivedAt: receivedAt.toISOString(),
        },
      },
    };
    await bus.publish(InvokeSchema, message, {
      parameters: { plugin: pluginToken(pluginId), connection: connectionId },
      // The same when it is sent again because this was not committed; another one when a try that nobody told of is repeated.
      messageId: [invocationId, after.tries, nextAt?.getTime()].join('-'),
    });
    return after;
  } catch (error) {
    const { code, message, retry } = describeError(error);
    return retry === 'never' ? refused(delivery, { code, message }, now) : undefined;
  }
}
