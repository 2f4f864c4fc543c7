import { randomUUID } from 'node:crypto';
import { replayed, type Delivery } from './delivery.ts';
import { isDeliveryId } from './delivery-id.ts';
import type { DeliveryStore } from './delivery-store.ts';

/** Gives a delivery to its plugin once more; undefined when the connection has none of this id. */
export async function replayDelivery(
  store: Pick<DeliveryStore, 'change'>,
  { connectionId, deliveryId }: { readonly connectionId: string; readonly deliveryId: string },
): Promise<Delivery | undefined> {
  if (!isDeliveryId(deliveryId)) return undefined;
  const delivery = await store.change(deliveryId, (found, now) =>
    found.connectionId === connectionId
      ? replayed(found, { invocationId: randomUUID(), now })
      : undefined,
  );
  return delivery?.connectionId === connectionId ? delivery : undefined;
}
