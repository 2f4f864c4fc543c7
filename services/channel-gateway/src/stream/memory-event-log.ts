import { EventLog, type LogBounds, type LoggedEvent, type LoggedMessage } from './event-log.ts';

const pageSize = 64;

/** Events in memory, for specs. */
export class MemoryEventLog extends EventLog {
  #messages: LoggedMessage[] = [];
  #last = 0;

  append(events: readonly LoggedEvent[]): void {
    this.#last++;
    this.#messages.push({ sequence: this.#last, events });
  }

  /** Forgets what is older, as a stream does after its age. */
  forgetBefore(sequence: number): void {
    this.#messages = this.#messages.filter((message) => message.sequence >= sequence);
  }

  bounds(): Promise<LogBounds> {
    const first = this.#messages[0]?.sequence ?? (this.#last === 0 ? 0 : this.#last + 1);
    return Promise.resolve({ first, last: this.#last });
  }

  after(sequence: number): Promise<LoggedMessage[]> {
    const newer = this.#messages.filter((message) => message.sequence > sequence);
    return Promise.resolve(newer.slice(0, pageSize));
  }
}
