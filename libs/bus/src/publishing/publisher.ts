import { jetstream, type JetStreamClient } from '@nats-io/jetstream';
import { errors as natsErrors, type MsgHdrs, type NatsConnection } from '@nats-io/transport-node';
import { setTimeout as delay } from 'node:timers/promises';
import type { Link } from '../link.ts';
import { publishError } from './publish-error.ts';

const timeoutMs = 15_000;
const attemptMs = 5000;
const pauseMs = 100;

class ConnectionLost extends Error {
  override readonly name = 'ConnectionLost';
}

/** Stores messages in their streams, also over a broken connection: the client itself drops what was on its way. */
export class Publisher {
  readonly #jetstream: JetStreamClient;
  readonly #link: Link;
  readonly #user: string;

  constructor(connection: NatsConnection, link: Link, user: string) {
    this.#jetstream = jetstream(connection, { timeout: attemptMs });
    this.#link = link;
    this.#user = user;
  }

  /**
   * Resolves when the stream has stored the message. Its id makes it safe to send it again; says whether the stream had one
   * of this id before, which also a repetition of its own may find.
   */
  async store(
    subject: string,
    data: Uint8Array,
    { headers, messageId }: { headers: MsgHdrs; messageId: string },
  ): Promise<{ isDuplicate: boolean }> {
    const deadline = performance.now() + timeoutMs;
    for (;;) {
      try {
        await this.#link.whenUp(deadline - performance.now());
        const { duplicate } = await this.#attempt(() =>
          this.#jetstream.publish(subject, data, { headers, msgID: messageId }),
        );
        return { isDuplicate: duplicate };
      } catch (error) {
        if (!isPassing(error) || performance.now() + pauseMs >= deadline)
          throw publishError(this.#user, subject, error);
        await delay(pauseMs);
      }
    }
  }

  async #attempt<T>(publish: () => Promise<T>): Promise<T> {
    const { promise, reject } = Promise.withResolvers<never>();
    const release = this.#link.onChange(() =>
      reject(new ConnectionLost('the connection was lost')),
    );
    try {
      return await Promise.race([publish(), promise]);
    } finally {
      release();
    }
  }
}

/** The server is away, or has not yet opened its streams. */
function isPassing(error: unknown): boolean {
  return (
    error instanceof ConnectionLost ||
    error instanceof natsErrors.TimeoutError ||
    isNoResponders(error)
  );
}

function isNoResponders(error: unknown): boolean {
  const cause = error instanceof Error ? error.cause : undefined;
  return cause instanceof natsErrors.RequestError && cause.isNoResponders();
}
