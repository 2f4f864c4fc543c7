import ivm from 'isolated-vm';
import { readFileSync } from 'node:fs';
import type { GuestAnswer } from '../guest/guest-control.ts';
import type { HostAnswer } from '../guest/host-functions.ts';
import { digest } from './digest.ts';
import { engineOf } from './engines/engine-of.ts';
import type { SandboxCode } from './sandbox-limits.ts';

/** What the isolate reaches outside: everything goes on to the runner. */
export interface Outlets {
  /** Never rejects. */
  readonly call: (method: string, argsText: string) => Promise<HostAnswer>;
  readonly log: (level: string, text: string) => void;
  /** Where Python is, for plugins that are written in it. */
  readonly pythonFolder: string | undefined;
  /** Its thread sleeps for ever by then: only the end of the process helps. */
  readonly onCatastrophe: (message: string) => void;
}

/** Read through the prototype chain by isolated-vm, so they have none. */
const copied = Object.freeze(
  Object.assign(Object.create(null), {
    arguments: Object.freeze(Object.assign(Object.create(null), { copy: true })),
    result: Object.freeze(Object.assign(Object.create(null), { promise: true, copy: true })),
  }),
);

/** One isolate with one plugin. */
export class PluginIsolate {
  readonly #isolate: ivm.Isolate;
  readonly #outlets: Outlets;
  readonly #timers = new Map<number, NodeJS.Timeout>();
  #context: ivm.Context | undefined;
  #script: ivm.Script | undefined;
  #control: ivm.Reference | undefined;

  constructor(memoryMb: number, outlets: Outlets) {
    this.#outlets = outlets;
    this.#isolate = new ivm.Isolate({
      memoryLimit: memoryMb,
      onCatastrophicError: outlets.onCatastrophe,
    });
  }

  /** CPU time of its thread in milliseconds; 0 once it is disposed. */
  get cpuMs(): number {
    return this.#isolate.isDisposed ? 0 : Number(this.#isolate.cpuTime) / 1e6;
  }

  /**
   * Hardens the isolate and compiles the bundle, which does not run yet. A plain script: it takes 15 ms, as long as with a
   * code cache, which lacks the functions compiled on demand. A start-up snapshot would take 6 ms and 42 ms to make, for
   * the one isolate of a process; and V8 aborts when it makes a context from one that has no WebAssembly.
   */
  async prepare({ limits, ...code }: SandboxCode): Promise<void> {
    const engine = await engineOf(code, this.#outlets.pythonFolder);
    const context = await this.#isolate.createContext();
    const guest = readFileSync(new URL(`./${engine.guestFile}`, import.meta.url), 'utf8');
    const { itemBytes, logLinesPerSecond, eventsPerRun } = limits;
    this.#control = await context.evalClosure(
      `${engine.opening}${guest}\nreturn guest.install({ call: $0, log: $1, timer: $2, digest: $3 }, $4${engine.argument});`,
      [
        new ivm.Reference((method: string, argsText: string) =>
          this.#outlets.call(method, argsText),
        ),
        new ivm.Callback((level: string, text: string) => this.#outlets.log(level, text), {
          ignored: true,
        }),
        new ivm.Callback((id: number, ms: number) => this.#arm(id, ms), { ignored: true }),
        new ivm.Callback(digest, { sync: true }),
        JSON.stringify({ itemBytes, logLinesPerSecond, eventsPerRun }),
        ...engine.values,
      ],
      { result: { reference: true }, filename: 'file:///made-open.js' },
    );
    if (engine.script !== undefined)
      this.#script = await this.#isolate.compileScript(engine.script, {
        filename: 'file:///plugin.js',
      });
    this.#context = context;
  }

  /** Runs the plugin's script and begins its work. */
  async start(configText: string, work: string): Promise<GuestAnswer> {
    if (this.#context !== undefined) await this.#script?.run(this.#context, { release: true });
    return readAnswer(await this.#control?.apply(undefined, ['start', configText, work], copied));
  }

  async pull(maxItems: number, maxSize: number): Promise<GuestAnswer> {
    return readAnswer(await this.#control?.apply(undefined, ['pull', maxItems, maxSize], copied));
  }

  abort(): void {
    this.#control?.applyIgnored(undefined, ['abort']);
  }

  /** Resolves when no code of it runs: never, where it runs on and on. */
  async rest(): Promise<void> {
    await this.#context?.eval('undefined');
  }

  /** Gives back its memory; whatever it still waited for does not come. */
  dispose(): void {
    for (const timer of this.#timers.values()) clearTimeout(timer);
    this.#timers.clear();
    this.#isolate.dispose();
  }

  #arm(id: number, ms: number): void {
    clearTimeout(this.#timers.get(id));
    this.#timers.delete(id);
    if (ms < 0 || this.#isolate.isDisposed) return;
    this.#timers.set(
      id,
      setTimeout(() => {
        this.#timers.delete(id);
        this.#control?.applyIgnored(undefined, ['timer', id]);
      }, ms),
    );
  }
}

/** A copy out of the isolate: plain data, whatever the plugin made of it. */
function readAnswer(value: unknown): GuestAnswer {
  const { v, done, error }: Record<string, unknown> =
    typeof value === 'object' && value !== null ? { ...value } : {};
  return {
    v: typeof v === 'string' || v instanceof Uint8Array ? v : '',
    done: done === true,
    ...(typeof error === 'string' ? { error } : {}),
  };
}
