import type { MessageInitShape } from '@bufbuild/protobuf';
import { DeliveryState as Shown, type DeliverySchema } from '@made-open/contracts';
import type { Delivery, DeliveryState } from './delivery.ts';

const shown: Readonly<Record<DeliveryState, Shown>> = {
  pending: Shown.PENDING,
  dispatched: Shown.PENDING,
  handled: Shown.HANDLED,
  failed: Shown.FAILED,
};

/** A delivery as other services see it. */
export function deliveryMessage(delivery: Delivery): MessageInitShape<typeof DeliverySchema> {
  const { state, nextAt, endedAt, error, receivedAt, id, providerId, connectionId } = delivery;
  const { pluginId, name, tries, conversationKey, bodyBytes, contentType, receivedCount } =
    delivery;
  return {
    id,
    providerId,
    connectionId,
    pluginId,
    name,
    state: shown[state],
    tries,
    conversationKey,
    bodyBytes,
    contentType,
    receivedAt: receivedAt.toISOString(),
    handledAt: state === 'handled' ? timeText(endedAt) : '',
    nextTryAt: state === 'pending' ? timeText(nextAt) : '',
    errorCode: error?.code ?? '',
    errorMessage: error?.message ?? '',
    receivedCount,
  };
}

function timeText(time: Date | undefined): string {
  return time?.toISOString() ?? '';
}

const states: Readonly<Record<Shown, 'pending' | 'handled' | 'failed' | undefined>> = {
  [Shown.UNSPECIFIED]: undefined,
  [Shown.PENDING]: 'pending',
  [Shown.HANDLED]: 'handled',
  [Shown.FAILED]: 'failed',
};

/** The state that a list is asked for; undefined for any. */
export function askedState(state: Shown): 'pending' | 'handled' | 'failed' | undefined {
  return states[state];
}
