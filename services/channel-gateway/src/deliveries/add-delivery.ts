import type { WebhookReceived } from '@made-open/contracts';
import { randomUUID } from 'node:crypto';
import { UnavailableError, UnstorableDeliveryError } from '../errors.ts';
import type { DeliveryStore } from './delivery-store.ts';

/**
 * Takes in a delivery. One that the database refuses for what it holds is given up, since all others wait behind it. Whatever
 * else is wrong is no reason to lose it: its sender was told that it is kept.
 */
export async function addDelivery(
  store: Pick<DeliveryStore, 'add'>,
  received: WebhookReceived,
): Promise<void> {
  try {
    await store.add(received, randomUUID());
  } catch (error) {
    const code: unknown = error instanceof Error ? Reflect.get(error, 'code') : undefined;
    // Classes of SQLSTATE: wrong data, and violated constraints.
    if (typeof code === 'string' && /^2[23][0-9A-Z]{3}$/u.test(code))
      throw new UnstorableDeliveryError(received.deliveryId, error);
    throw new UnavailableError(error);
  }
}
