import { uuidv7 } from 'uuidv7';
import { EventBatch } from './event-batch.ts';

/** A message for the outbox. */
export interface EventMessage {
  readonly subject: string;
  /** JSON text as UTF-8. */
  readonly payload: Uint8Array;
}

/** One event; `about`, the CloudEvents subject, and `data` are JSON text. */
export interface EventText {
  /** Unique among etl's events; made when absent. */
  readonly id?: string;
  readonly about: string;
  readonly data: string;
}

const source = '/etl';
/** Events of one message; a single larger one goes alone. */
const maxBatchBytes = 256 * 1024;

/** Gathers the events of a frame into one CloudEvents batch for each subject, split by size. */
export class EventBatches {
  readonly #time: string;
  readonly #open = new Map<string, EventBatch>();
  readonly #closed: EventMessage[] = [];

  constructor(time: Date) {
    this.#time = JSON.stringify(time.toISOString());
  }

  add(subject: string, { id = uuidv7(), about, data }: EventText): void {
    const text = `{"specversion":"1.0","id":"${id}","source":"${source}","type":"${subject}","subject":${about},"time":${this.#time},"datacontenttype":"application/json","data":${data}}`;
    const batch = this.#open.get(subject) ?? this.#begin(subject);
    if (batch.add(text, maxBatchBytes)) return;
    this.#close(subject, batch);
    this.#begin(subject).add(text, maxBatchBytes);
  }

  /** The messages in the order of their events. */
  messages(): readonly EventMessage[] {
    for (const [subject, batch] of this.#open) this.#close(subject, batch);
    this.#open.clear();
    return this.#closed;
  }

  #begin(subject: string): EventBatch {
    const batch = new EventBatch();
    this.#open.set(subject, batch);
    return batch;
  }

  #close(subject: string, batch: EventBatch): void {
    this.#closed.push({ subject, payload: batch.end() });
  }
}
