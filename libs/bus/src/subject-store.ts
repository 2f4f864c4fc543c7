import type { Msg } from '@nats-io/transport-node';
import { StreamReadError } from './errors.ts';
import type { Inbox } from './inbox.ts';

interface Connection {
  readonly open: () => Inbox<Msg>;
  readonly ask: (subject: string, payload: string, reply: string) => void;
}

const timeoutMs = 5000;
const nothingThere = 404;

/** Reads and removes the last message of single subjects of a stream; needs the right of a keeper in the contracts. */
export class SubjectStore {
  readonly #stream: string;
  readonly #connection: Connection;

  constructor(stream: string, connection: Connection) {
    this.#stream = stream;
    this.#connection = connection;
  }

  async get(subject: string): Promise<Uint8Array | undefined> {
    const answer = await this.#ask(`$JS.API.DIRECT.GET.${this.#stream}.${subject}`, '');
    const status = answer.headers?.code ?? 0;
    if (status === nothingThere) return undefined;
    if (status !== 0) throw this.#error(`status ${String(status)}`);
    return answer.data;
  }

  /** Removes all messages of the subjects that a pattern names. */
  async remove(pattern: string): Promise<void> {
    const answer = await this.#ask(
      `$JS.API.STREAM.PURGE.${this.#stream}`,
      JSON.stringify({ filter: pattern }),
    );
    const { success } = { success: undefined, ...objectOf(answer.json()) };
    if (success !== true) throw this.#error('it does not remove messages');
  }

  async #ask(subject: string, payload: string): Promise<Msg> {
    const inbox = this.#connection.open();
    try {
      this.#connection.ask(subject, payload, inbox.subject);
      const answer = await inbox.next(timeoutMs);
      if (answer === undefined) throw this.#error('nobody answered');
      return answer;
    } finally {
      inbox.close();
    }
  }

  #error(reason: string): StreamReadError {
    return new StreamReadError(this.#stream, reason);
  }
}

function objectOf(value: unknown): object {
  return typeof value === 'object' && value !== null ? value : {};
}
