import type { OutboxMessage } from '@made-open/postgres';
import { uuidv7 } from 'uuidv7';

const source = '/etl';
/** Events of one message; a single larger one goes alone. */
const maxBatchBytes = 256 * 1024;

/** Gathers the events of a frame into one CloudEvents batch for each subject, split by size. */
export class EventBatches {
  readonly #time: string;
  readonly #open = new Map<string, { texts: string[]; bytes: number }>();
  readonly #closed: OutboxMessage[] = [];

  constructor(time: Date) {
    this.#time = JSON.stringify(time.toISOString());
  }

  /** Adds an event; `about`, the CloudEvents subject, and `data` are JSON text. */
  add(subject: string, { about, data }: { about: string; data: string }): void {
    const text = `{"specversion":"1.0","id":"${uuidv7()}","source":"${source}","type":"${subject}","subject":${about},"time":${this.#time},"datacontenttype":"application/json","data":${data}}`;
    const bytes = Buffer.byteLength(text) + 1;
    let batch = this.#open.get(subject);
    if (batch !== undefined && batch.bytes + bytes > maxBatchBytes) {
      this.#close(subject, batch.texts);
      batch = undefined;
    }
    if (batch === undefined) this.#open.set(subject, { texts: [text], bytes });
    else {
      batch.texts.push(text);
      batch.bytes += bytes;
    }
  }

  /** A batch made elsewhere, behind all that was added. */
  addMessage(message: OutboxMessage): void {
    this.#closeAll();
    this.#closed.push(message);
  }

  /** The messages in the order of their events. */
  messages(): readonly OutboxMessage[] {
    this.#closeAll();
    return this.#closed;
  }

  #closeAll(): void {
    for (const [subject, { texts }] of this.#open) this.#close(subject, texts);
    this.#open.clear();
  }

  #close(subject: string, texts: readonly string[]): void {
    this.#closed.push({ subject, payload: `[${texts.join(',')}]` });
  }
}
