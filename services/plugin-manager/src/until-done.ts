import { setTimeout } from 'node:timers/promises';

const defaultPauseMs = 5000;

/** Work of the start that is tried again until it succeeds once. */
export class UntilDone {
  readonly #work: () => Promise<void>;
  readonly #onFirstFault: (error: unknown) => void;
  readonly #pauseMs: number;
  readonly #end = new AbortController();
  #busy: Promise<void> = Promise.resolve();

  constructor(
    work: () => Promise<void>,
    onFirstFault: (error: unknown) => void,
    pauseMs = defaultPauseMs,
  ) {
    this.#work = work;
    this.#onFirstFault = onFirstFault;
    this.#pauseMs = pauseMs;
  }

  start(): void {
    this.#busy = this.#try();
  }

  async stop(): Promise<void> {
    this.#end.abort();
    await this.#busy;
  }

  async #try(): Promise<void> {
    const { signal } = this.#end;
    for (let isFirst = true; !signal.aborted; isFirst = false)
      try {
        await this.#work();
        return;
      } catch (error) {
        if (isFirst) this.#onFirstFault(error);
        await setTimeout(this.#pauseMs, undefined, { signal }).catch(() => undefined);
      }
  }
}
