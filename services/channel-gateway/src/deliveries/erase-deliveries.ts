import type { DeliveryStore } from './delivery-store.ts';

const rows = 1000;

/** Erases everything that came for a connection, some at a time. */
export async function eraseDeliveries(
  store: Pick<DeliveryStore, 'erase'>,
  connectionId: string,
  onProgress: () => void = () => undefined,
): Promise<void> {
  while ((await store.erase(connectionId, rows)) > 0) onProgress();
}
