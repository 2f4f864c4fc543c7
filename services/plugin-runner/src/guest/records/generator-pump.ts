import { FrameWriter } from './frame-writer.ts';
import { itemRecord, type GuestRecord } from './guest-record.ts';
import { now, whenSettled } from '../primordials.ts';

export interface PulledText {
  /** Text of a frame, or its bytes; empty when there is none. */
  readonly v: string | Uint8Array;
  readonly done: boolean;
}

export interface PumpOptions {
  readonly itemBytes: number;
  /** Whether something outside is awaited: a call, a timer. */
  readonly isWaiting: () => boolean;
}

export interface Step {
  done?: boolean;
  value?: unknown;
}

export interface Source {
  next(): Promise<Step>;
}

/** A value that a source gave as a record; never throws. `place` counts them, from 1. */
export type ReadValue = (value: unknown, place: number) => GuestRecord;

/** What the guest draws frames from. */
export interface RecordPump {
  /** Adds an event or a checkpoint behind the items yielded so far. */
  add(record: GuestRecord): void;
  /** Ends the run with an error that no call of the plugin can catch. */
  fail(error: unknown): void;
  /** The generator's end waits for work that was begun and not awaited. */
  hold<T>(work: Promise<T>): Promise<T>;
  /** The next frame: full, or as much as there is once the generator waits for something outside. */
  pull(maxItems: number, maxSize: number): Promise<PulledText>;
}

type Settled = { readonly result: Step } | { readonly error: unknown };

/** A frame is handed over after this long, full or not. */
const cutAfterMs = 1000;
/** Turns that a generator gets which waits for nothing outside: one step through nested `yield*` takes several. */
const patientTurns = 32;
const turnOver = Promise.resolve();

/** Draws records from the plugin's generator, only while the host pulls. */
export class GeneratorPump implements RecordPump {
  readonly #options: PumpOptions;
  readonly #frame = new FrameWriter();
  /** Records in the order they were made, not yet in a frame. */
  #queue: GuestRecord[] = [];
  #source: Source | undefined;
  #read: ReadValue;
  #isAdvancing = false;
  #settled: Settled | undefined;
  #failure: { readonly error: unknown } | undefined;
  #finished = false;
  #wake: (() => void) | undefined;
  #open = 0;
  #items = 0;

  constructor(options: PumpOptions) {
    this.#options = options;
    this.#read = (item, place) => itemRecord(item, place, options.itemBytes);
  }

  /** Values of the source are items, unless they are read otherwise. */
  begin(source: Source, read = this.#read): void {
    this.#source = source;
    this.#read = read;
  }

  /** Adds an event or a checkpoint behind the items yielded so far. */
  add(record: GuestRecord): void {
    // Behind a fault nothing counts any more: a checkpoint would lead the next run past the item that is missing.
    if (this.#failure !== undefined) return;
    this.#queue[this.#queue.length] = record;
    this.#wake?.();
  }

  /** Ends the run with an error that no call of the plugin can catch. */
  fail(error: unknown): void {
    this.#failure ??= { error };
    this.#wake?.();
  }

  /** The generator's end waits for work that was begun and not awaited. */
  async hold<T>(work: Promise<T>): Promise<T> {
    this.#open++;
    try {
      return await work;
    } finally {
      this.#open--;
      this.#wake?.();
    }
  }

  /** The next frame: full, or as much as there is once the generator waits for something outside. */
  async pull(maxItems: number, maxSize: number): Promise<PulledText> {
    const started = now();
    for (;;) {
      const isDrained = this.#drain(maxItems, maxSize);
      // What was yielded before a fault is kept: it goes out first.
      if (this.#failure !== undefined && this.#frame.records === 0) throw this.#failure.error;
      if (!isDrained || this.#failure !== undefined || this.#isDone()) break;
      if (this.#isFull(maxItems, maxSize, started)) break;
      if (!(await this.#advance())) break;
    }
    const v = this.#frame.records === 0 ? '' : this.#frame.take();
    return { v, done: this.#isDone() };
  }

  #isFull(maxItems: number, maxSize: number, started: number): boolean {
    const { records, size } = this.#frame;
    if (records >= maxItems || size >= maxSize) return true;
    return records > 0 && now() - started > cutAfterMs;
  }

  #isDone(): boolean {
    if (this.#failure !== undefined || !this.#finished) return false;
    return this.#open === 0 && this.#queue.length === 0;
  }

  /** Moves records into the frame; false when one of them needs the next frame. */
  #drain(maxItems: number, maxSize: number): boolean {
    let moved = 0;
    const queue = this.#queue;
    while (moved < queue.length) {
      const record = queue[moved];
      if (record === undefined) break;
      if (this.#frame.records >= maxItems || !this.#frame.put(record, maxSize)) break;
      moved++;
    }
    const isEmpty = moved === queue.length;
    if (isEmpty) queue.length = 0;
    else this.#queue = queue.slice(moved);
    return isEmpty;
  }

  /** Waits for the next record; false when the frame should go out meanwhile. */
  async #advance(): Promise<boolean> {
    if (!this.#isAdvancing && !this.#finished) this.#step();
    for (let turn = 0; turn < patientTurns && this.#isIdle(); turn++) await turnOver;
    if (this.#isIdle()) {
      if (this.#frame.records > 0 && this.#options.isWaiting()) return false;
      await new Promise<void>((resolve) => (this.#wake = resolve));
      this.#wake = undefined;
    }
    this.#take();
    return true;
  }

  #isIdle(): boolean {
    return this.#settled === undefined && this.#queue.length === 0 && this.#failure === undefined;
  }

  #step(): void {
    this.#isAdvancing = true;
    const settle = (settled: Settled): void => {
      this.#settled = settled;
      this.#wake?.();
    };
    whenSettled<Step>(
      this.#source?.next() ?? { done: true },
      (result) => settle({ result }),
      (error) => settle({ error }),
    );
  }

  #take(): void {
    const settled = this.#settled;
    if (settled === undefined) return;
    this.#settled = undefined;
    this.#isAdvancing = false;
    if ('error' in settled) {
      this.#failure ??= settled;
      return;
    }
    if (settled.result.done === true) this.#finished = true;
    else this.#takeItem(settled.result.value);
  }

  #takeItem(value: unknown): void {
    this.#items++;
    this.#queue[this.#queue.length] = this.#read(value, this.#items);
  }
}
