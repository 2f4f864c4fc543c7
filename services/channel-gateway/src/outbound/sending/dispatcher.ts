import type { Logger } from '@made-open/nest';
import { advanceOutbound, type SendingParts } from './advance-outbound.ts';

export interface DispatcherOptions extends SendingParts {
  readonly logger: Pick<Logger, 'info' | 'warn'>;
  /** What has ended is forgotten after so many days. */
  readonly retentionDays: number;
}

const tickMs = 500;
const batchSize = 128;
const atATime = 4;
const forgetEveryMs = 600_000;

/** Looks what is due. Every replica has one: the store lets one at a time work on a message. */
export class Dispatcher {
  readonly #options: DispatcherOptions;
  readonly #stopping = new AbortController();
  #running: Promise<void> | undefined;
  #wake: (() => void) | undefined;
  #isKicked = false;

  constructor(options: DispatcherOptions) {
    this.#options = options;
  }

  start(): void {
    this.#running ??= this.#run();
  }

  /** Tells that something became due; without it that waits for half a second. */
  kick(): void {
    this.#isKicked = true;
    this.#wake?.();
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    this.#wake?.();
    await this.#running;
  }

  async #run(): Promise<void> {
    let forgottenMs = 0;
    while (!this.#stopping.signal.aborted) {
      this.#isKicked = false;
      await this.#attempt('looking what is to be sent', () => this.#advanceAll());
      if (Date.now() - forgottenMs > forgetEveryMs) {
        forgottenMs = Date.now();
        await this.#attempt('forgetting what was sent', () => this.#forget());
      }
      await this.#pause();
    }
  }

  /** One that fails is tried again at the next look and keeps none of the others back. */
  async #advanceAll(): Promise<void> {
    const seen = new Set<string>();
    for (;;) {
      const due = await this.#options.store.due(batchSize);
      const fresh = due.filter((id) => !seen.has(id));
      if (fresh.length === 0 || this.#stopping.signal.aborted) return;
      for (const id of fresh) seen.add(id);
      const queue = fresh.values();
      await Promise.all(Array.from({ length: atATime }, () => this.#advanceEach(queue)));
    }
  }

  async #advanceEach(queue: Iterable<string>): Promise<void> {
    for (const id of queue)
      await this.#attempt('advancing a message', () => advanceOutbound(this.#options, id));
  }

  async #forget(): Promise<void> {
    const { store, retentionDays, logger } = this.#options;
    const rows = await store.forget(retentionDays);
    if (rows > 0) logger.info('old messages forgotten', { rows });
  }

  async #attempt(what: string, work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      this.#options.logger.warn('the dispatcher could not do its work', { what, error });
    }
  }

  async #pause(): Promise<void> {
    if (this.#isKicked || this.#stopping.signal.aborted) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    const timer = setTimeout(resolve, tickMs);
    this.#wake = resolve;
    await promise;
    clearTimeout(timer);
    this.#wake = undefined;
  }
}
