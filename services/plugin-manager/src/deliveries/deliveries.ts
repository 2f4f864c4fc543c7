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

const pageSize = 200;
/** Each is a request of its own, and somebody waits for the answer. */
const replayedAtOnce = 2000;

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

  /** All that have failed; of very many the newest. */
  async replayFailed(connectionId: string): Promise<ReplayedDeliveries> {
    const ids: string[] = [];
    let after: string | undefined;
    do {
      const request = { limit: pageSize, after };
      const { data, next } = await this.list(connectionId, request, DeliveryState.FAILED);
      ids.push(...data.map(({ id }) => id));
      after = next;
    } while (after !== undefined && ids.length < replayedAtOnce);
    // The oldest first, as they came: those of a conversation wait for each other.
    for (const deliveryId of ids.toReversed())
      await this.#bus.call(replayDelivery, { connectionId, deliveryId });
    return { replayed: ids.length, hasMore: after !== undefined };
  }
}
