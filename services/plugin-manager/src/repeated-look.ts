import { setTimeout as delay } from 'node:timers/promises';

/** Looks again and again, with a pause between, until it is stopped; of faults in a row the first is told. */
export class RepeatedLook {
  readonly #look: () => Promise<void>;
  readonly #onFirstFault: (error: unknown) => void;
  readonly #everyMs: number;
  readonly #end = new AbortController();
  #running: Promise<void> = Promise.resolve();

  constructor(look: () => Promise<void>, onFirstFault: (error: unknown) => void, everyMs: number) {
    this.#look = look;
    this.#onFirstFault = onFirstFault;
    this.#everyMs = everyMs;
  }

  start(): void {
    this.#running = this.#run();
  }

  async stop(): Promise<void> {
    this.#end.abort();
    await this.#running;
  }

  async #run(): Promise<void> {
    const { signal } = this.#end;
    for (let isFailing = false; !signal.aborted;) {
      try {
        await this.#look();
        isFailing = false;
      } catch (error) {
        if (!isFailing) this.#onFirstFault(error);
        isFailing = true;
      }
      await delay(this.#everyMs, undefined, { signal }).catch(() => undefined);
    }
  }
}
