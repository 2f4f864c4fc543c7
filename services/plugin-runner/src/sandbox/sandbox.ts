import type { GuestAnswer } from '../guest/guest-control.ts';
import type { HostAnswer } from '../guest/host-functions.ts';
import { isolateFailure, memoryFailure } from './isolate-failure.ts';
import { endWith } from './last-words.ts';
import type { MessageSocket } from './message-socket.ts';
import { maxArgumentBytes, messageKinds } from './messages.ts';
import { PluginIsolate } from './plugin-isolate.ts';
import type { SandboxCode, SandboxFailure } from './sandbox-limits.ts';
import { Watchdog } from './watchdog.ts';

const watchEveryMs = 50;
const headBytes = 4;

/** What a sandbox process does at a time: one isolate, commands of the runner one after the other, and a watchdog over it all. */
export class Sandbox {
  readonly #messages: MessageSocket;
  readonly #code: SandboxCode;
  readonly #pythonFolder: string | undefined;
  readonly #isolate: PluginIsolate;
  readonly #watchdog: Watchdog;
  readonly #calls = new Map<number, (answer: HostAnswer) => void>();
  #lastCall = 0;
  #work = 'sync';
  #watching: NodeJS.Timeout | undefined;
  #isDisposed = false;
  #last: Promise<void>;

  constructor(messages: MessageSocket, code: SandboxCode, pythonFolder: string | undefined) {
    this.#messages = messages;
    this.#code = code;
    this.#pythonFolder = pythonFolder;
    this.#isolate = new PluginIsolate(code.limits.memoryMb, {
      call: (method, argsText) => this.#call(method, argsText),
      log: (level, text) => this.#send(messageKinds.log, JSON.stringify({ level, text })),
      pythonFolder,
      onCatastrophe: (reason) => endWith(memoryFailure(code.limits.memoryMb, reason)),
    });
    this.#watchdog = new Watchdog({
      isolateCpu: () => this.#isolate.cpuMs,
      processCpu: processCpuMs,
      wall: () => performance.now(),
    });
    this.#last = this.#prepare(code);
  }

  /** Begins the run; the config is not seen before by any code of the plugin. */
  start(work: string, configText: string): void {
    this.#work = work;
    this.#enqueue(() => {
      this.#watching = this.#watch();
      return this.#step('loading the plugin', this.#code.limits.loadCpuMs, async () =>
        this.#answer(await this.#isolate.start(configText, work)),
      );
    });
  }

  pull(maxItems: number, maxSize: number): void {
    this.#enqueue(() =>
      this.#step(`one step of ${this.#work}`, this.#code.limits.stepCpuMs, async () =>
        this.#answer(await this.#isolate.pull(maxItems, maxSize)),
      ),
    );
  }

  /** With the same code and nothing else of this one. */
  next(): Sandbox {
    return new Sandbox(this.#messages, this.#code, this.#pythonFolder);
  }

  abort(): void {
    this.#isolate.abort();
  }

  /** Ends its isolate as soon as that rests; nothing of it is heard of any more. */
  async dispose(): Promise<void> {
    this.#isDisposed = true;
    this.#calls.clear();
    await this.#isolate.rest();
    clearInterval(this.#watching);
    this.#isolate.dispose();
  }

  /** The runner's answer to a call. */
  settle(call: number, answer: HostAnswer): void {
    this.#calls.get(call)?.(answer);
    this.#calls.delete(call);
  }

  /** Nothing of the plugin has run by the end, so nothing has to be watched until it starts. */
  async #prepare(code: SandboxCode): Promise<void> {
    const watch = this.#watch();
    await this.#step('loading the plugin', this.#code.limits.loadCpuMs, () =>
      this.#isolate.prepare(code),
    );
    clearInterval(watch);
  }

  #watch(): NodeJS.Timeout {
    return setInterval(() => {
      const breach = this.#watchdog.breach();
      if (breach !== undefined) endWith(breach);
    }, watchEveryMs);
  }

  #enqueue(work: () => Promise<void>): void {
    this.#last = this.#last.then(work);
  }

  /** Never rejects: a failure ends the run. */
  async #step(name: string, cpuMs: number, work: () => Promise<void>): Promise<void> {
    const remedy = 'do less at a time, and yield items more often';
    this.#watchdog.begin({ name, cpuMs, wallMs: this.#code.limits.stepWallMs, remedy });
    try {
      await work();
    } catch (error) {
      this.#fail(isolateFailure(error, this.#code.limits.memoryMb));
    }
    this.#watchdog.end();
  }

  #answer({ v, done, error }: GuestAnswer): void {
    if (error !== undefined) this.#send(messageKinds.fail, error);
    if (v.length > 0) this.#send(messageKinds.records, v);
    if (done) this.#send(messageKinds.end, JSON.stringify({ cpuMs: this.#isolate.cpuMs }));
  }

  /** A rejection that the plugin does not catch would end this process, so there is none. */
  #call(method: string, argsText: string): Promise<HostAnswer> {
    const args = Buffer.from(`${method}\n${argsText}`);
    if (args.length > maxArgumentBytes)
      return Promise.resolve({
        v: JSON.stringify({
          ok: false,
          code: 'sandbox.argument_too_large',
          message: `the arguments of a call may have ${String(maxArgumentBytes)} bytes as JSON`,
        }),
      });
    const call = ++this.#lastCall;
    const head = Buffer.allocUnsafe(headBytes);
    head.writeUInt32BE(call, 0);
    return new Promise((resolve) => {
      this.#calls.set(call, resolve);
      this.#send(messageKinds.call, head, args);
    });
  }

  #fail(failure: SandboxFailure): void {
    this.#send(messageKinds.fail, JSON.stringify(failure));
  }

  #send(...message: Parameters<MessageSocket['send']>): void {
    if (!this.#isDisposed) this.#messages.send(...message);
  }
}

function processCpuMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}
