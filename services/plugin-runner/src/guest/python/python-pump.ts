import type { PulledText, RecordPump } from '../records/generator-pump.ts';
import type { GuestRecord } from '../records/guest-record.ts';
import { stringify } from '../primordials.ts';
import type { Python } from './python.ts';

/** Lets Python draw from the plugin's generator and make the frames: one crossing for a frame, not for an item. */
export class PythonPump implements RecordPump {
  readonly #python: Python;
  #failure: { readonly error: unknown } | undefined;
  #wake: (() => void) | undefined;
  #open = 0;

  constructor(python: Python) {
    this.#python = python;
    python.onActivity = () => this.#wake?.();
  }

  /** Adds an event or a checkpoint behind the items yielded so far. */
  add({ kind, id, line }: GuestRecord): void {
    if (this.#failure !== undefined) return;
    this.#python.run('record', 0, stringify({ kind, id }), line);
    this.#wake?.();
  }

  fail(error: unknown): void {
    this.#failure ??= { error };
    this.#wake?.();
  }

  async hold<T>(work: Promise<T>): Promise<T> {
    this.#open++;
    try {
      return await work;
    } finally {
      this.#open--;
      this.#wake?.();
    }
  }

  async pull(maxItems: number, maxSize: number): Promise<PulledText> {
    for (;;) {
      if (this.#failure !== undefined) throw this.#failure.error;
      const { frame, done } = this.#python.pull(maxItems, maxSize);
      const isDone = done && this.#open === 0;
      if (frame.length > 0 || isDone) return { v: frame, done: isDone };
      await new Promise<void>((resolve) => (this.#wake = resolve));
      this.#wake = undefined;
    }
  }
}
