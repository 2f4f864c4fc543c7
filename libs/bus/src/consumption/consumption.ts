import type { Consumer, ConsumerMessages, JetStreamClient, JsMsg } from '@nats-io/jetstream';
import { setTimeout as delay } from 'node:timers/promises';
import { pinnedGroup, pinnedTimeoutMs } from '../provision.ts';
import { MessageAge } from './message-age.ts';
import { settle, type Settlement } from './settlement.ts';

/** One message of a consumer, in hand until its handler returns. */
export interface Delivery {
  readonly subject: string;
  /** The bytes as they came, not copied. */
  readonly data: Uint8Array;
  readonly headers: ReadonlyMap<string, string>;
  /** 1 at the first try. */
  readonly deliveryCount: number;
  /** `Nats-Msg-Id` of the publisher. */
  readonly messageId?: string;
  /** Position in the stream. */
  readonly sequence: number;
  /** When the stream stored it, in milliseconds since 1970 by the clock of nats-server. */
  readonly storedAtMs: number;
  /** How long it has been there when it came, whatever the clocks of this machine and of nats-server say. */
  readonly ageMs: number;
  /** Starts the acknowledgement wait anew. */
  working(): void;
}

/** Returns what becomes of the delivery; a thrown error is settled by its `retry`. */
export type DeliveryHandler = (delivery: Delivery) => Promise<Settlement>;

/** A running subscription to a durable consumer. */
export interface Consumption {
  /** Takes no more messages and resolves when those in hand are settled. */
  stop(): Promise<void>;
}

export interface ConsumptionOptions {
  readonly stream: string;
  readonly name: string;
  readonly pinned: boolean;
  /** Messages fetched ahead. */
  readonly maxMessages: number;
  /** Messages handled at a time; 1 keeps their order. */
  readonly concurrency: number;
  /** Keeps what can never be handled. */
  readonly bury: (delivery: Delivery, letter: { code: string; reason: string }) => Promise<void>;
  readonly onError: (error: unknown) => void;
  /** The connection was closed for good: there is nothing to wait for. */
  readonly isClosed: () => boolean;
}

const retryMs = 1000;
/** Short, since the client looks for lost requests only after it has missed two heartbeats of half this time. */
const pullExpiresMs = 5000;
/** A pinned client has to ask again before the server thinks it gone. */
const pinnedExpiresMs = pinnedTimeoutMs * 0.75;

/** Pulls from a durable consumer until it is stopped, through reconnects and restarts of the server. */
export class PullConsumption implements Consumption {
  readonly #jetstream: JetStreamClient;
  readonly #options: ConsumptionOptions;
  readonly #handler: DeliveryHandler;
  readonly #age = new MessageAge();
  readonly #inHand = new Set<Promise<void>>();
  readonly #stopping = new AbortController();
  readonly #done: Promise<void>;
  #messages: ConsumerMessages | undefined;

  constructor(jetstream: JetStreamClient, options: ConsumptionOptions, handler: DeliveryHandler) {
    this.#jetstream = jetstream;
    this.#options = options;
    this.#handler = handler;
    this.#done = this.#run();
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#messages?.close();
    await this.#done;
    await Promise.all(this.#inHand);
  }

  async #run(): Promise<void> {
    while (!this.#isStopped() && !this.#options.isClosed()) {
      try {
        await this.#pull();
      } catch (error) {
        if (this.#isStopped() || this.#options.isClosed()) return;
        this.#options.onError(error);
        await delay(retryMs, undefined, { signal: this.#stopping.signal }).catch(() => undefined);
      }
    }
  }

  async #pull(): Promise<void> {
    const { stream, name, pinned, maxMessages, concurrency } = this.#options;
    const consumer = await this.#jetstream.consumers.get(stream, name);
    const { ts } = await consumer.info(true);
    // Before the first message, which may have lain there for long.
    if (ts !== undefined) this.#age.of(Date.parse(ts));
    if (pinned || maxMessages > concurrency) return this.#pullAhead(consumer);
    return this.#pullOnDemand(consumer);
  }

  async #pullAhead(consumer: Consumer): Promise<void> {
    const messages = await consumer.consume({
      max_messages: this.#options.maxMessages,
      abort_on_missing_resource: true,
      ...(this.#options.pinned
        ? { group: pinnedGroup, expires: pinnedExpiresMs }
        : { expires: pullExpiresMs }),
    });
    this.#messages = messages;
    if (this.#isStopped()) void messages.close(); // ends the iteration, and resolves only by it
    for await (const message of messages) {
      if (this.#isStopped()) message.nak();
      else await this.#take(message);
    }
  }

  /**
   * Never asks for a message that it cannot handle at once: one that waits in the process would be
   * delivered to another meanwhile.
   */
  async #pullOnDemand(consumer: Consumer): Promise<void> {
    while (!this.#isStopped()) {
      const messages = await consumer.fetch({
        max_messages: this.#options.concurrency - this.#inHand.size,
        expires: pullExpiresMs,
      });
      this.#messages = messages;
      if (this.#isStopped()) void messages.close(); // ends the iteration, and resolves only by it
      for await (const message of messages) {
        if (this.#isStopped()) message.nak();
        else this.#start(message);
        if (this.#inHand.size >= this.#options.concurrency) break;
      }
      await this.#waitForRoom();
    }
  }

  async #take(message: JsMsg): Promise<void> {
    this.#start(message);
    await this.#waitForRoom();
  }

  #start(message: JsMsg): void {
    const work = this.#handle(message).finally(() => this.#inHand.delete(work));
    this.#inHand.add(work);
  }

  async #waitForRoom(): Promise<void> {
    if (this.#inHand.size >= this.#options.concurrency) await Promise.race(this.#inHand);
  }

  async #handle(message: JsMsg): Promise<void> {
    try {
      const delivery = deliveryOf(message, this.#age);
      const settlement = await this.#handler(delivery).catch((error: unknown) => {
        this.#options.onError(error);
        return settle(error, delivery.deliveryCount);
      });
      await this.#settle(message, delivery, settlement);
    } catch (error) {
      this.#options.onError(error);
      message.nak(retryMs);
    }
  }

  async #settle(message: JsMsg, delivery: Delivery, settlement: Settlement): Promise<void> {
    if (settlement === 'ack') message.ack();
    else if (settlement === 'ackAck') await message.ackAck();
    else if (settlement === 'term') message.term();
    else if (settlement === 'leave') return;
    else if ('nakAfterMs' in settlement) message.nak(settlement.nakAfterMs);
    else {
      await this.#options.bury(delivery, settlement.deadLetter);
      message.term(settlement.deadLetter.code);
    }
  }

  #isStopped(): boolean {
    return this.#stopping.signal.aborted;
  }
}

function deliveryOf(message: JsMsg, age: MessageAge): Delivery {
  const headers = new Map<string, string>();
  for (const [name, values] of message.headers ?? []) headers.set(name, values[0] ?? '');
  const messageId = headers.get('Nats-Msg-Id');
  const storedAtMs = message.time.getTime();
  return {
    subject: message.subject,
    data: message.data,
    headers,
    deliveryCount: message.info.deliveryCount,
    sequence: message.seq,
    storedAtMs,
    ageMs: age.of(storedAtMs),
    ...(messageId === undefined ? {} : { messageId }),
    working: () => message.working(),
  };
}
