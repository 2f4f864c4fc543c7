import type { NatsConnection, Subscription } from '@nats-io/transport-node';
import { setTimeout as delay } from 'node:timers/promises';
import type { Step, Timeline } from './channel-result.ts';

/** What is first said on the bus when a step is done; behind a step only what comes after it counts. */
const signs: Readonly<Record<Exclude<Step, 'at the provider'>, RegExp>> = {
  stored: /^in\./u,
  dispatched: /^cmd\.plugin_runner\.Invoke\.io_twilio_channel/u,
  'handled by the channel': /^items\./u,
  'told as an event': /^communication\.MessageReceived/u,
  'asked of the operator': /^cmd\.plugin_runner\.Invoke\.com_example_bench/u,
  'decided by the operator': /RecordEvaluation/u,
  'told to send': /SubmitOutbound|communication\.MessageQueued/u,
  'handed to the channel': /^cmd\.plugin_runner\.Invoke\.io_twilio_channel/u,
};

interface Heard {
  readonly subject: string;
  readonly at: number;
}

/** Listens to everything on the bus. */
export class BusTap {
  readonly #subscription: Subscription;
  #heard: Heard[] = [];
  /** Events of inbound messages so far. */
  received = 0;

  constructor(nats: NatsConnection) {
    this.#subscription = nats.subscribe('>', {
      callback: (_error, message) => {
        const { subject, reply = '' } = message;
        // What a stream hands to a consumer is no news.
        if (reply.startsWith('$JS.ACK.')) return;
        this.#heard.push({ subject, at: performance.now() });
        if (signs['told as an event'].test(subject))
          this.received += message.json<unknown[]>().length;
      },
    });
  }

  clear(): void {
    this.#heard = [];
  }

  async untilReceived(count: number): Promise<void> {
    while (this.received < count) {
      this.clear();
      await delay(5);
    }
  }

  /** Since `clear`, for one message alone. */
  timeline(started: number, atProvider: number): Timeline {
    let index = 0;
    const at = (sign: RegExp): number => {
      const found = this.#heard.findIndex((heard, n) => n >= index && sign.test(heard.subject));
      const heard = this.#heard[found];
      if (heard === undefined)
        throw new Error(
          `nothing like ${sign.source} among ${this.#heard.map(({ subject }) => subject).join(', ')}`,
        );
      index = found + 1;
      return heard.at - started;
    };
    return {
      stored: at(signs.stored),
      dispatched: at(signs.dispatched),
      'handled by the channel': at(signs['handled by the channel']),
      'told as an event': at(signs['told as an event']),
      'asked of the operator': at(signs['asked of the operator']),
      'decided by the operator': at(signs['decided by the operator']),
      'told to send': at(signs['told to send']),
      'handed to the channel': at(signs['handed to the channel']),
      'at the provider': atProvider - started,
    };
  }

  close(): void {
    this.#subscription.unsubscribe();
  }
}
