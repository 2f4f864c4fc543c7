import { setTimeout as delay } from 'node:timers/promises';

/** PostgreSQL or nats-server, as far as keeping it goes. */
export interface Server {
  readonly pid: number;
  readonly exited: Promise<number | null>;
  stop(): Promise<void>;
}

const usualPausesMs: readonly number[] = [300, 1000, 5000];

/** A server that is started again whenever it ends by itself. */
export class KeptServer<S extends Server> {
  readonly #name: string;
  readonly #start: () => Promise<S>;
  readonly #note: (text: string) => void;
  readonly #pausesMs: readonly number[];
  #server: S | undefined;
  #keeping: Promise<void> = Promise.resolve();
  readonly #stopped = new AbortController();

  constructor(
    name: string,
    start: () => Promise<S>,
    {
      note,
      pausesMs = usualPausesMs,
    }: { note: (text: string) => void; pausesMs?: readonly number[] },
  ) {
    this.#name = name;
    this.#start = start;
    this.#note = note;
    this.#pausesMs = pausesMs;
  }

  /** The server that runs, or ran last. */
  get current(): S | undefined {
    return this.#server;
  }

  async start(): Promise<S> {
    const server = await this.#start();
    this.#server = server;
    if (this.#stopped.signal.aborted) await server.stop();
    else this.#keeping = this.#keep();
    return server;
  }

  async stop(): Promise<void> {
    this.#stopped.abort();
    await this.#server?.stop();
    await this.#keeping;
  }

  async #keep(): Promise<void> {
    const { signal } = this.#stopped;
    for (;;) {
      const code = await this.#server?.exited;
      if (signal.aborted) return;
      this.#note(`${this.#name} ended (${String(code ?? 'by a signal')}) and is started again`);
      await this.#startAgain(signal);
    }
  }

  async #startAgain(signal: AbortSignal): Promise<void> {
    for (let failures = 0; !signal.aborted; failures++) {
      const pauseMs = this.#pausesMs[Math.min(failures, this.#pausesMs.length - 1)];
      await delay(pauseMs, undefined, { signal }).catch(() => undefined);
      if (signal.aborted) return;
      try {
        this.#server = await this.#start();
        // It was stopped while this start was on its way.
        if (signal.aborted) await this.#server.stop();
        return;
      } catch (error) {
        this.#note(error instanceof Error ? error.message : `${this.#name} did not start`);
      }
    }
  }
}
