import type { Bus } from '@made-open/bus';
import {
  DeliveryService,
  DeliveryState,
  type Delivery,
  type GetDeliveryResponse,
} from '@made-open/contracts';
import { notFound } from '../errors.ts';
import type { Page, PageRequest } from '../page.ts';

const { listDeliveries, getDelivery, replayDelivery } = DeliveryService.method;

export interface ReplayedDeliveries {
  readonly replayed: number;
  /** Some are left: ask again. */
  readonly hasMore: boolean;
}

/** At once; each is a request of its own. */
const replayedAtOnce = 200;

/** What the gateway has received for connections. */
export class Deliveries {
  readonly #bus: Pick<Bus, 'call'>;

  constructor(bus: Pick<Bus, 'call'>) {
    this.#bus = bus;
  }

  async list(
    connectionId: string,
    { limit, after }: PageRequest,
    state: DeliveryState,
  ): Promise<Page<Delivery>> {
    const request = { connectionId, state, limit, cursor: after ?? '' };
    const { deliveries, nextCursor } = await this.#bus.call(listDeliveries, request);
    return { data: deliveries, next: nextCursor || undefined };
  }

  async find(connectionId: string, deliveryId: string): Promise<GetDeliveryResponse> {
    const answer = await this.#bus.call(getDelivery, { connectionId, deliveryId });
    if (answer.delivery === undefined) throw notFound('delivery', deliveryId);
    return answer;
  }

  async replay(connectionId: string, deliveryId: string): Promise<Delivery> {
    const { delivery } = await this.#bus.call(replayDelivery, { connectionId, deliveryId });
    if (delivery === undefined) throw notFound('delivery', deliveryId);
    return delivery;
  }

  /** The newest of those that have failed. */
  async replayFailed(connectionId: string): Promise<ReplayedDeliveries> {
    const first = { limit: replayedAtOnce, after: undefined };
    const { data, next } = await this.list(connectionId, first, DeliveryState.FAILED);
    // The oldest first, as they came: those of a conversation wait for each other.
    for (const { id } of data.toReversed())
      await this.#bus.call(replayDelivery, { connectionId, deliveryId: id });
    return { replayed: data.length, hasMore: next !== undefined };
  }
}
