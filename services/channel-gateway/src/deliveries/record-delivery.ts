import type { RecordDeliveryRequest } from '@made-open/contracts';
import { ForeignDeliveryError, InvalidRequestError } from '../errors.ts';
import { recorded } from './delivery.ts';
import { isDeliveryId } from './delivery-id.ts';
import type { DeliveryStore } from './delivery-store.ts';

/** Takes the result of a runner; one of a delivery that was erased meanwhile changes nothing. */
export async function recordDelivery(
  store: Pick<DeliveryStore, 'change'>,
  pluginId: string,
  { deliveryId, result }: RecordDeliveryRequest,
): Promise<void> {
  if (result === undefined || !isDeliveryId(deliveryId))
    throw new InvalidRequestError('a result names its delivery');
  await store.change(deliveryId, (delivery, now) => {
    if (delivery.pluginId !== pluginId) throw new ForeignDeliveryError(deliveryId, pluginId);
    return recorded(delivery, result, now);
  });
}
