import type { WebhookReceived } from '@made-open/contracts';
import type { Delivery, DeliveryContent, DeliveryStanding } from './delivery.ts';

/** A delivery with all that a runner needs. */
export interface DueDelivery extends Delivery, DeliveryContent {
  /** Each request of its connection to the source is asked for before. */
  readonly hasRequestBudget: boolean;
}

export interface DueBatch {
  readonly limit: number;
  /** Those of one connection that are under way at most. */
  readonly perConnection: number;
}

export interface DeliveryPage {
  readonly connectionId: string;
  readonly state: 'pending' | 'handled' | 'failed' | undefined;
  readonly limit: number;
  /** Empty for the first page. */
  readonly cursor: string;
}

export interface DeliveryList {
  readonly deliveries: readonly Delivery[];
  readonly nextCursor: string;
}

/** Deliveries, until they have been handled for long. */
export abstract class DeliveryStore {
  /** Takes in what the stream brings, in its order. Nothing of a connection that is deleted. */
  abstract add(received: WebhookReceived, invocationId: string): Promise<void>;
  /** The provider has sent it once more. */
  abstract countAgain(of: {
    readonly connectionId: string;
    readonly name: string;
    readonly providerId: string;
  }): Promise<void>;
  /**
   * Gives those that are due to `send`, at most one of a conversation and none of a connection that is not active, while no
   * other replica does; stands are changed as it says, together. Gives how many were sent.
   */
  abstract dispatch(
    batch: DueBatch,
    send: (delivery: DueDelivery, now: Date) => Promise<DeliveryStanding | undefined>,
  ): Promise<number>;
  /** Ends the wait for results that did not come in time; gives how many. */
  abstract expire(
    limit: number,
    after: (delivery: Delivery, now: Date) => DeliveryStanding,
  ): Promise<number>;
  /** Changes one that nobody else changes meanwhile; undefined when there is none. */
  abstract change(
    id: string,
    after: (delivery: Delivery, now: Date) => DeliveryStanding | undefined,
  ): Promise<Delivery | undefined>;
  /** The newest first. */
  abstract list(page: DeliveryPage): Promise<DeliveryList>;
  abstract count(state: 'pending' | 'failed'): Promise<number>;
  abstract find(
    connectionId: string,
    id: string,
  ): Promise<(Delivery & DeliveryContent) | undefined>;
  /** Removes some of a connection, gives how many. */
  abstract erase(connectionId: string, limit: number): Promise<number>;
  /** Removes some that ended so many days ago, or whose connection is deleted; gives how many. */
  abstract forget(days: number, limit: number): Promise<number>;
}
