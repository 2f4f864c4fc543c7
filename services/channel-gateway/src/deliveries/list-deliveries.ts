import { InvalidRequestError } from '../errors.ts';
import type { DeliveryList, DeliveryPage, DeliveryStore } from './delivery-store.ts';

const maxLimit = 200;

export function listDeliveries(
  store: Pick<DeliveryStore, 'list'>,
  page: DeliveryPage,
): Promise<DeliveryList> {
  if (!/^\d{0,18}$/u.test(page.cursor))
    throw new InvalidRequestError('the cursor is not one that a page gave');
  return store.list({ ...page, limit: Math.min(Math.max(page.limit, 1), maxLimit) });
}
