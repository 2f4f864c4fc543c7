import type { Msg, NatsConnection } from '@nats-io/transport-node';
import { randomBytes } from 'node:crypto';

/** A subject of one's own that waits for answers; they are kept in order until they are asked for. */
export interface Inbox<T> {
  readonly subject: string;
  /** The next answer, or undefined when none came in time. */
  next(timeoutMs: number): Promise<T | undefined>;
  close(): void;
}

/** All inboxes of a connection behind one subscription, since a user may only subscribe below its own prefix. */
export class Inboxes {
  readonly #prefix: string;
  readonly #waiting = new Map<string, (message: Msg) => void>();

  constructor(connection: NatsConnection, prefix: string) {
    // Not all of the prefix: a pull request of a consumer that was stopped must lose its listener, or the server
    // would go on delivering to it.
    this.#prefix = `${prefix}.call`;
    connection.subscribe(`${this.#prefix}.>`, {
      callback: (error, message) => {
        if (error === null) this.#waiting.get(message.subject)?.(message);
      },
    });
  }

  open<T>(read: (message: Msg) => T): Inbox<T> {
    // Not guessable: whoever knows an inbox can answer to it.
    const subject = `${this.#prefix}.${randomBytes(16).toString('hex')}`;
    const arrived: T[] = [];
    let wake: (() => void) | undefined;
    this.#waiting.set(subject, (message) => {
      arrived.push(read(message));
      wake?.();
    });
    return {
      subject,
      next: async (timeoutMs) => {
        if (arrived.length === 0) {
          let timer: NodeJS.Timeout | undefined;
          await new Promise<void>((resolve) => {
            wake = resolve;
            timer = setTimeout(resolve, timeoutMs);
          });
          clearTimeout(timer);
          wake = undefined;
        }
        return arrived.shift();
      },
      close: () => {
        this.#waiting.delete(subject);
        wake?.();
      },
    };
  }
}
