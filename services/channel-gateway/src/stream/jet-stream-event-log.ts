import type { StoredMessage, StoredMessages } from '@made-open/bus';
import { EventLog, type LogBounds, type LoggedMessage } from './event-log.ts';
import { eventsOf } from './events-of.ts';

const limits = { maxMessages: 64, maxBytes: 1024 * 1024 };

/** The events that JetStream keeps. */
export class JetStreamEventLog extends EventLog {
  readonly #stream: Pick<StoredMessages, 'bounds' | 'after'>;
  readonly #onUnreadable: (sequence: number, error: unknown) => void;

  /** `onUnreadable` hears of messages that hold no events; nobody gets anything of them. */
  constructor(
    stream: Pick<StoredMessages, 'bounds' | 'after'>,
    onUnreadable: (sequence: number, error: unknown) => void,
  ) {
    super();
    this.#stream = stream;
    this.#onUnreadable = onUnreadable;
  }

  bounds(): Promise<LogBounds> {
    return this.#stream.bounds();
  }

  async after(sequence: number): Promise<LoggedMessage[]> {
    const messages = await this.#stream.after(sequence, limits);
    return messages.map((message) => this.#read(message));
  }

  #read({ sequence, data }: StoredMessage): LoggedMessage {
    try {
      return { sequence, events: eventsOf(data) };
    } catch (error) {
      this.#onUnreadable(sequence, error);
      return { sequence, events: [] };
    }
  }
}
