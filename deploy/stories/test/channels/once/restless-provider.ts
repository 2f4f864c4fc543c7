import { createHmac } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';

export interface RestlessProviderOptions {
  readonly url: string;
  /** Base64. */
  readonly secret: string;
  /** Deliveries in all, and among how many conversations. */
  readonly count: number;
  readonly conversations: number;
}

export interface Delivered {
  readonly id: string;
  readonly conversation: string;
  /** Answered with 2xx at least once. */
  readonly isAnswered: boolean;
}

const pauseMs = 250;
/** Of ten deliveries three come more than once: twice at a time, once more behind the answer, and once more much later. */
const repetition: Readonly<Record<number, 'parallel' | 'again' | 'later'>> = {
  1: 'parallel',
  4: 'again',
  8: 'later',
};

/** Sends signed deliveries, each conversation one after the other; repeats some, and gives some up that are not answered. */
export class RestlessProvider {
  readonly #options: RestlessProviderOptions;
  readonly delivered: Delivered[] = [];
  requests = 0;
  #later: string[] = [];

  constructor(options: RestlessProviderOptions) {
    this.#options = options;
  }

  /** Everything once, and what is repeated as often as it is to be. */
  async sendAll(): Promise<void> {
    const { conversations } = this.#options;
    await Promise.all(Array.from({ length: conversations }, (_, lane) => this.#converse(lane)));
    await this.sendAgain();
  }

  /** What was answered some time ago comes once more. */
  async sendAgain(): Promise<void> {
    for (const id of this.#later.splice(0)) await this.#untilAnswered(id);
  }

  async #converse(lane: number): Promise<void> {
    const { count, conversations } = this.#options;
    for (let number = lane; number < count; number += conversations) {
      const id = `d${String(number)}`;
      const isAnswered = await this.#deliver(id, number);
      this.delivered.push({ id, conversation: this.#conversationOf(id), isAnswered });
    }
  }

  async #deliver(id: string, number: number): Promise<boolean> {
    // Its sender never asks again, whatever becomes of it.
    if (number % 50 === 0) return this.#post(id);
    const how = repetition[number % 10];
    await Promise.all([
      this.#untilAnswered(id),
      ...(how === 'parallel' ? [this.#untilAnswered(id)] : []),
    ]);
    if (how === 'again') await this.#untilAnswered(id);
    if (how === 'later') this.#later.push(id);
    return true;
  }

  async #untilAnswered(id: string): Promise<void> {
    while (!(await this.#post(id))) await delay(pauseMs);
  }

  async #post(id: string): Promise<boolean> {
    const { url, secret } = this.#options;
    const from = this.#conversationOf(id);
    const body = JSON.stringify({ id, from, to: 'us', text: id });
    const timestamp = String(Math.floor(Date.now() / 1000));
    const signature = createHmac('sha256', Buffer.from(secret, 'base64'))
      .update(`${id}.${timestamp}.${body}`)
      .digest('base64');
    this.requests++;
    try {
      const response = await fetch(url, {
        method: 'POST',
        body,
        headers: {
          'content-type': 'application/json',
          'webhook-id': id,
          'webhook-timestamp': timestamp,
          'webhook-signature': `v1,${signature}`,
        },
      });
      await response.body?.cancel();
      return response.ok;
    } catch {
      return false;
    }
  }

  #conversationOf(id: string): string {
    return `c${String(Number(id.slice(1)) % this.#options.conversations)}`;
  }
}
