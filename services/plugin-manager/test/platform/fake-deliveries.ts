import { DeliveryService, DeliveryState } from '@made-open/contracts';
import type { FakeService } from './fake-service.ts';

const { listDeliveries, getDelivery, replayDelivery } = DeliveryService.method;

/** A delivery as the gateway keeps it. */
export interface KnownDelivery {
  readonly id: string;
  readonly connectionId: string;
  state: DeliveryState;
}

/** What the gateway answers about deliveries, the newest first; a cursor is an index. */
export function answerDeliveries(gateway: FakeService): KnownDelivery[] {
  const known: KnownDelivery[] = [];
  const view = (delivery: KnownDelivery) => ({
    ...delivery,
    providerId: 'p',
    pluginId: 'com.example.channel',
    name: 'events',
    tries: 5,
    contentType: 'text/plain',
    bodyBytes: 2,
    receivedAt: '2026-11-21T06:00:00.000Z',
    receivedCount: 1,
    conversationKey: 'k',
    ...(delivery.state === DeliveryState.FAILED ? { errorCode: 'x.y', errorMessage: 'no' } : {}),
  });
  const find = (connectionId: string, id: string) =>
    known.find((delivery) => delivery.id === id && delivery.connectionId === connectionId);
  gateway.on(listDeliveries, ({ connectionId, state, limit, cursor }) => {
    const all = known.filter(
      (delivery) =>
        delivery.connectionId === connectionId &&
        (state === DeliveryState.UNSPECIFIED || delivery.state === state),
    );
    const from = Number(cursor);
    const deliveries = all.slice(from, from + limit).map(view);
    return { deliveries, nextCursor: all.length > from + limit ? String(from + limit) : '' };
  });
  gateway.on(getDelivery, ({ connectionId, deliveryId }) => {
    const found = find(connectionId, deliveryId);
    if (found === undefined) return {};
    return { delivery: view(found), body: Buffer.from('hi'), headers: { 'x-a': '1' }, query: {} };
  });
  gateway.on(replayDelivery, ({ connectionId, deliveryId }) => {
    const found = find(connectionId, deliveryId);
    if (found === undefined) return {};
    found.state = DeliveryState.PENDING;
    return { delivery: view(found) };
  });
  return known;
}
