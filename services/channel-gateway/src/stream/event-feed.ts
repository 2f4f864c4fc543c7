import type { EventLog, LogBounds, LoggedMessage } from './event-log.ts';

type Page = readonly LoggedMessage[];

const cachedPages = 8;
const lookEveryMs = 100;

/**
 * The log as many clients read it at once: who is at the same place shares one read, and all who wait for news wake
 * together. What is held is a few pages, however many clients there are and however slow they read.
 */
export class EventFeed {
  readonly #log: EventLog;
  readonly #lookEveryMs: number;
  readonly #reading = new Map<number, Promise<Page>>();
  readonly #pages = new Map<number, Page>();
  #tick: Promise<void> | undefined;

  constructor(log: EventLog, everyMs = lookEveryMs) {
    this.#log = log;
    this.#lookEveryMs = everyMs;
  }

  bounds(): Promise<LogBounds> {
    return this.#log.bounds();
  }

  async after(sequence: number): Promise<Page> {
    const known = this.#pages.get(sequence);
    if (known !== undefined) return known;
    const running = this.#reading.get(sequence);
    if (running !== undefined) return running;
    const reading = this.#read(sequence).finally(() => this.#reading.delete(sequence));
    this.#reading.set(sequence, reading);
    return reading;
  }

  /** Resolves when it makes sense to look again, for everybody at once. */
  nextLook(): Promise<void> {
    this.#tick ??= new Promise((resolve) => {
      setTimeout(() => {
        this.#tick = undefined;
        resolve();
      }, this.#lookEveryMs);
    });
    return this.#tick;
  }

  async #read(sequence: number): Promise<Page> {
    const page = await this.#log.after(sequence);
    if (page.length === 0) return page;
    this.#pages.set(sequence, page);
    const [oldest] = this.#pages.keys();
    if (this.#pages.size > cachedPages && oldest !== undefined) this.#pages.delete(oldest);
    return page;
  }
}
