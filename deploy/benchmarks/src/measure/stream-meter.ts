import { consumers } from '@made-open/contracts';
import { jetstreamManager, type JetStreamManager } from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/transport-node';

/** Streams of the hot path. */
const streams = ['ITEMS', 'DATA', 'CONNECTOR'] as const;
/** Consumers that have to be done before everything can be found. */
const followed = consumers().filter(({ name }) =>
  /^(?:etl-items|search-indexer-changes)/u.test(name),
);

/** Counts the messages of the hot path. */
export class StreamMeter {
  readonly #manager: JetStreamManager;
  #before: Readonly<Record<string, number>> = {};

  private constructor(manager: JetStreamManager) {
    this.#manager = manager;
  }

  static async connect(connection: NatsConnection): Promise<StreamMeter> {
    return new StreamMeter(await jetstreamManager(connection));
  }

  async begin(): Promise<void> {
    this.#before = await this.#lastSequences();
  }

  /** Messages stored since `begin`, by stream. */
  async end(): Promise<Record<string, number>> {
    const now = await this.#lastSequences();
    return Object.fromEntries(
      Object.entries(now).map(([stream, last]) => [stream, last - (this.#before[stream] ?? 0)]),
    );
  }

  /** Messages that were not handled yet. */
  async waiting(): Promise<number> {
    const waiting = await Promise.all(
      followed.map(async ({ stream, name }) => {
        const { num_pending, num_ack_pending } = await this.#manager.consumers.info(stream, name);
        return num_pending + num_ack_pending;
      }),
    );
    return waiting.reduce((sum, count) => sum + count, 0);
  }

  async #lastSequences(): Promise<Record<string, number>> {
    const entries = await Promise.all(
      streams.map(async (name) => {
        const { state } = await this.#manager.streams.info(name);
        return [name, state.last_seq] as const;
      }),
    );
    return Object.fromEntries(entries);
  }
}
