import { GuestError } from '../guest-error.ts';
import { create, parse, stringify } from '../primordials.ts';
import type { Timers } from '../web-apis/timers.ts';
import type { Component } from './component.ts';
import { PythonError, trapError, type Fault } from './python-error.ts';

/** What Python says when it has run as far as it can. */
interface State {
  readonly error?: Fault;
  /** Until its next timer; -1 for none. */
  readonly waitMs?: number;
  readonly results?: readonly Result[];
  readonly done?: boolean;
  readonly value?: string;
}

interface Result {
  readonly id: number;
  /** JSON text. */
  readonly value?: string;
  readonly error?: Fault;
}

/** What the plugin has. */
interface Loaded {
  readonly functions: readonly string[];
  readonly operators: readonly string[];
}

/** Carries out a call of the plugin; the answer is JSON text, and beside it the body of a response. */
export type Dispatch = (
  method: string,
  argumentsText: string,
) => Promise<{ readonly value: string; readonly body: string }>;

interface Options {
  readonly timers: Timers;
  readonly dispatch: Dispatch;
  /** An instance that has trapped cannot be entered again. */
  readonly onFault: (error: unknown) => void;
}

const later = Promise.resolve();

/** One instance of Python. It is entered, runs until everything in it waits, and returns. */
export class Python {
  readonly #options: Options;
  readonly #waiting: Record<number, PromiseWithResolvers<unknown>> = create(null);
  #component: Component | undefined;
  #timer: number | undefined;
  #last = 0;
  /** Called behind everything that may have moved the plugin on. */
  onActivity: () => void = () => undefined;

  constructor(options: Options) {
    this.#options = options;
  }

  use(component: Component): void {
    this.#component = component;
  }

  load(bundle: string, itemBytes: number): Loaded {
    const text = this.#checked(() => this.#enter('load', 0, bundle, stringify({ itemBytes })));
    const { error, ...loaded }: Loaded & State = parse(text);
    if (error !== undefined) throw new PythonError(error);
    return loaded;
  }

  /** Calls a function of the plugin. */
  call(name: string, given: readonly unknown[], contextText: string): Promise<unknown> {
    const id = ++this.#last;
    const waiting = Promise.withResolvers<unknown>();
    this.#waiting[id] = waiting;
    this.run('call', id, stringify({ name, arguments: given }), contextText);
    return waiting.promise;
  }

  /** `mapToUnifiedModel`, which may wait for nothing. */
  map(given: readonly unknown[]): unknown {
    const { value = 'null', error }: State = parse(
      this.#checked(() => this.#enter('map', 0, stringify(given), '')),
    );
    if (error !== undefined) throw new PythonError(error);
    return parse(value);
  }

  /** Gives a command; what Python has to say to it comes by itself. */
  run(command: string, id = 0, text = '', body = ''): void {
    this.#take(this.#checked(() => this.#enter(command, id, text, body)));
  }

  pull(maxItems: number, maxSize: number): { frame: Uint8Array; done: boolean } {
    let frame: Uint8Array = new Uint8Array();
    const state = this.#take(
      this.#checked(() => {
        const pulled = this.#instance().pull(maxItems, maxSize);
        frame = pulled.frame;
        return pulled.text;
      }),
    );
    return { frame, done: state.done === true };
  }

  /** Tells Python that its work is wanted no more. */
  abort(): void {
    this.#background(() => this.run('abort'));
  }

  /** Of the component: asks the host. Python is on the stack, so the answer comes later in any case. */
  submit(id: number, method: string, argumentsText: string): void {
    void this.#answer(id, method, argumentsText);
  }

  async #answer(id: number, method: string, argumentsText: string): Promise<void> {
    await later;
    const answered = await this.#options.dispatch(method, argumentsText).then(
      ({ value, body }) => ['settle', value, body] as const,
      (error: unknown) => ['refuse', refusal(error), ''] as const,
    );
    const [command, text, body] = answered;
    this.#background(() => this.run(command, id, text, body));
  }

  #background(work: () => void): void {
    try {
      work();
    } catch (error) {
      this.#options.onFault(error);
    }
    this.onActivity();
  }

  #instance(): Component {
    if (this.#component === undefined)
      throw new GuestError('sandbox.no_python', 'Python is not there');
    return this.#component;
  }

  #enter(command: string, id: number, text: string, body: string): string {
    return this.#instance().enter(command, id, text, body);
  }

  #checked(work: () => string): string {
    let text: string;
    try {
      text = work();
    } catch (error) {
      this.#component = undefined;
      throw trapError(error);
    }
    return text;
  }

  #take(text: string): State {
    const state: State = parse(text);
    if (state.error !== undefined) throw new PythonError(state.error);
    for (const result of state.results ?? []) this.#settle(result);
    this.#arm(state.waitMs ?? -1);
    return state;
  }

  #settle({ id, value = 'null', error }: Result): void {
    const waiting = this.#waiting[id];
    delete this.#waiting[id];
    if (error === undefined) waiting?.resolve(parse(value));
    else waiting?.reject(new PythonError(error));
  }

  #arm(waitMs: number): void {
    const { timers } = this.#options;
    if (this.#timer !== undefined) timers.clear(this.#timer);
    this.#timer = undefined;
    if (waitMs < 0) return;
    const wake = (): void => {
      this.#timer = undefined;
      this.#background(() => this.run('timer'));
    };
    this.#timer = timers.set(wake, waitMs, { args: [], repeats: false });
  }
}

function refusal(error: unknown): string {
  const { code, message } =
    error instanceof GuestError
      ? error
      : { code: 'host.failed', message: error instanceof Error ? error.message : 'it failed' };
  return stringify({ code, message });
}
