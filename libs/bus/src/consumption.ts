import type { ConsumerMessages, JetStreamClient, JsMsg } from '@nats-io/jetstream';
import { setTimeout as delay } from 'node:timers/promises';
import { pinnedGroup } from './provision.ts';
import { settlementOf, type Settlement } from './settlement.ts';

/** One message of a consumer, in hand until its handler returns. */
export interface Delivery {
  readonly subject: string;
  readonly data: Uint8Array;
  readonly headers: ReadonlyMap<string, string>;
  /** 1 at the first try. */
  readonly deliveryCount: number;
  /** Starts the acknowledgement wait anew. */
  working(): void;
}

export type DeliveryHandler = (delivery: Delivery) => Promise<Settlement>;

export interface ConsumptionOptions {
  readonly stream: string;
  readonly name: string;
  readonly pinned: boolean;
  /** Messages fetched ahead. */
  readonly maxMessages: number;
  /** Messages handled at a time; 1 keeps their order. */
  readonly concurrency: number;
  /** Keeps what can never be handled. */
  readonly bury: (delivery: Delivery, code: string, reason: string) => Promise<void>;
  readonly onError: (error: unknown) => void;
}

const retryMs = 1000;

/** Pulls from a durable consumer until it is stopped, through reconnects and restarts of the server. */
export class Consumption {
  readonly #jetstream: JetStreamClient;
  readonly #options: ConsumptionOptions;
  readonly #handler: DeliveryHandler;
  readonly #inHand = new Set<Promise<void>>();
  readonly #done: Promise<void>;
  #messages: ConsumerMessages | undefined;
  #stopped = false;

  constructor(jetstream: JetStreamClient, options: ConsumptionOptions, handler: DeliveryHandler) {
    this.#jetstream = jetstream;
    this.#options = options;
    this.#handler = handler;
    this.#done = this.#run();
  }

  /** Takes no more messages and resolves when those in hand are settled. */
  async stop(): Promise<void> {
    this.#stopped = true;
    await this.#messages?.close();
    await this.#done;
    await Promise.all(this.#inHand);
  }

  async #run(): Promise<void> {
    while (!this.#stopped) {
      try {
        await this.#pull();
      } catch (error) {
        if (this.#isStopped()) return;
        this.#options.onError(error);
        await delay(retryMs);
      }
    }
  }

  async #pull(): Promise<void> {
    const { stream, name, pinned, maxMessages } = this.#options;
    const consumer = await this.#jetstream.consumers.get(stream, name);
    this.#messages = await consumer.consume({
      max_messages: maxMessages,
      abort_on_missing_resource: true,
      ...(pinned ? { group: pinnedGroup } : {}),
    });
    if (this.#isStopped()) await this.#messages.close();
    for await (const message of this.#messages) {
      if (this.#isStopped()) {
        message.nak();
        continue;
      }
      await this.#take(message);
    }
  }

  async #take(message: JsMsg): Promise<void> {
    const work = this.#handle(message).finally(() => this.#inHand.delete(work));
    this.#inHand.add(work);
    if (this.#inHand.size >= this.#options.concurrency) await Promise.race(this.#inHand);
  }

  async #handle(message: JsMsg): Promise<void> {
    const delivery = deliveryOf(message);
    const settlement = await this.#handler(delivery).catch((error: unknown) => {
      this.#options.onError(error);
      return settlementOf(error, delivery.deliveryCount);
    });
    try {
      await this.#settle(message, delivery, settlement);
    } catch (error) {
      this.#options.onError(error);
      message.nak(retryMs);
    }
  }

  async #settle(message: JsMsg, delivery: Delivery, settlement: Settlement): Promise<void> {
    switch (settlement.kind) {
      case 'ack':
        message.ack();
        return;
      case 'nak':
        message.nak(settlement.afterMs);
        return;
      case 'dead':
        await this.#options.bury(delivery, settlement.code, settlement.reason);
        message.term(settlement.code);
        return;
    }
  }

  #isStopped(): boolean {
    return this.#stopped;
  }
}

function deliveryOf(message: JsMsg): Delivery {
  const headers = new Map<string, string>();
  for (const [name, values] of message.headers ?? []) headers.set(name, values[0] ?? '');
  return {
    subject: message.subject,
    data: message.data,
    headers,
    deliveryCount: message.info.deliveryCount,
    working: () => message.working(),
  };
}
