import type { Msg } from '@nats-io/transport-node';
import { StreamReadError } from './errors.ts';
import type { Inbox } from './inbox.ts';

/** A message as its stream holds it. */
export interface StoredMessage {
  readonly sequence: number;
  readonly subject: string;
  readonly data: Uint8Array;
}

/** Positions of the oldest and the newest message. A stream that never had one says 0 and 0, an emptied one `first` = `last` + 1. */
export interface StreamBounds {
  readonly first: number;
  readonly last: number;
}

export interface ReadOptions {
  readonly maxMessages: number;
  /** The message that goes beyond is still given. */
  readonly maxBytes: number;
  readonly timeoutMs?: number;
}

interface Connection {
  readonly open: () => Inbox<Msg>;
  readonly ask: (subject: string, payload: string, reply: string) => void;
}

const defaultTimeoutMs = 5000;
const endOfBatch = 204;
const nothingThere = 404;

/**
 * Reads what a stream holds by position. There is no consumer: nothing is created or acknowledged, and any number of
 * processes may read from any position.
 */
export class StoredMessages {
  readonly #stream: string;
  readonly #connection: Connection;

  constructor(stream: string, connection: Connection) {
    this.#stream = stream;
    this.#connection = connection;
  }

  async bounds(timeoutMs = defaultTimeoutMs): Promise<StreamBounds> {
    const inbox = this.#connection.open();
    try {
      this.#connection.ask(`$JS.API.STREAM.INFO.${this.#stream}`, '', inbox.subject);
      const answer = await inbox.next(timeoutMs);
      if (answer === undefined) throw this.#error('nobody answered');
      return this.#boundsOf(answer);
    } finally {
      inbox.close();
    }
  }

  /** Messages behind a position, oldest first; none when there is nothing newer. */
  async after(sequence: number, options: ReadOptions): Promise<StoredMessage[]> {
    const { maxMessages, maxBytes, timeoutMs = defaultTimeoutMs } = options;
    const inbox = this.#connection.open();
    const request = {
      seq: sequence + 1,
      next_by_subj: '>',
      batch: maxMessages,
      max_bytes: maxBytes,
    };
    const found: StoredMessage[] = [];
    try {
      this.#connection.ask(
        `$JS.API.DIRECT.GET.${this.#stream}`,
        JSON.stringify(request),
        inbox.subject,
      );
      for (;;) {
        const answer = await inbox.next(timeoutMs);
        if (answer === undefined) throw this.#error('no answer, or only a part of it');
        const status = answer.headers?.code ?? 0;
        if (status === endOfBatch || status === nothingThere) return found;
        if (status !== 0) throw this.#error(`status ${String(status)}`);
        found.push(this.#messageOf(answer));
      }
    } finally {
      inbox.close();
    }
  }

  #messageOf({ headers, data }: Msg): StoredMessage {
    const sequence = Number(headers?.get('Nats-Sequence'));
    const subject = headers?.get('Nats-Subject') ?? '';
    if (!(sequence > 0) || subject === '') throw this.#error('an answer without a position');
    return { sequence, subject, data };
  }

  #boundsOf(answer: Msg): StreamBounds {
    const { state } = { state: undefined, ...objectOf(answer.json()) };
    const { first_seq: first, last_seq: last } = {
      first_seq: undefined,
      last_seq: undefined,
      ...objectOf(state),
    };
    if (typeof first !== 'number' || typeof last !== 'number') throw this.#error('no bounds');
    return { first, last };
  }

  #error(reason: string): StreamReadError {
    return new StreamReadError(this.#stream, reason);
  }
}

function objectOf(value: unknown): object {
  return typeof value === 'object' && value !== null ? value : {};
}
