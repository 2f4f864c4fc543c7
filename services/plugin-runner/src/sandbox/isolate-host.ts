import ivm from 'isolated-vm';
import { writeSync } from 'node:fs';
import { guest } from './guest.ts';
import { messageKinds, type MessageSocket } from './message-socket.ts';
import type { SandboxFailure, SandboxStart } from './sandbox-limits.ts';

interface Pulled {
  readonly v: string;
  readonly done: boolean;
  readonly error?: string;
}

const watchEveryMs = 50;
const callBuffer = 4;

/** One isolate with one plugin: loads it, answers pulls, and ends the whole process when a limit is passed. */
export class IsolateHost {
  readonly #messages: MessageSocket;
  readonly #start: SandboxStart;
  readonly #isolate: ivm.Isolate;
  readonly #calls = new Map<number, (answer: { v: string }) => void>();
  #pull: ivm.Reference<(maxItems: number, maxBytes: number) => Promise<Pulled>> | undefined;
  #lastCall = 0;
  #step:
    | {
        readonly name: string;
        readonly cpuMs: number;
        readonly since: number;
        readonly cpuLimitMs: number;
      }
    | undefined;

  constructor(messages: MessageSocket, start: SandboxStart) {
    this.#messages = messages;
    this.#start = start;
    this.#isolate = new ivm.Isolate({
      memoryLimit: start.limits.memoryMb,
      // Its thread sleeps for ever by now: only the end of the process helps.
      onCatastrophicError: (message) =>
        this.#die({
          code: 'sandbox.memory_limit',
          message: `the plugin used more memory than V8 could give (${message}); the limit is ${String(start.limits.memoryMb)} MB`,
        }),
    });
    setInterval(() => this.#watch(), watchEveryMs);
  }

  async load(): Promise<void> {
    this.#begin('load', this.#start.limits.loadCpuMs);
    try {
      const context = await this.#isolate.createContext();
      const { itemBytes, logLinesPerSecond, eventsPerRun } = this.#start.limits;
      await context.evalClosure(
        `(${guest.toString()})({ call: $0, log: $1 }, $2, JSON.parse($3))`,
        [
          new ivm.Reference((method: string, args: string) => this.#call(method, args)),
          new ivm.Callback(
            (level: string, text: string) =>
              this.#messages.send(messageKinds.log, JSON.stringify({ level, text })),
            { ignored: true },
          ),
          JSON.stringify(this.#start.config),
          JSON.stringify({ itemBytes, logLinesPerSecond, eventsPerRun }),
        ],
      );
      this.#pull = await context.global.get('__pull', { reference: true });
      await context.global.delete('__pull');
      const script = await this.#isolate.compileScript(this.#start.bundle, {
        filename: 'plugin.js',
      });
      await script.run(context, { release: true });
      this.#end();
      this.#messages.send(messageKinds.ready);
    } catch (error) {
      this.#fail(error);
    }
  }

  async pull(maxItems: number, maxBytes: number): Promise<void> {
    this.#begin('step', this.#start.limits.stepCpuMs);
    try {
      const pulled = await this.#pull?.apply(undefined, [maxItems, maxBytes], {
        arguments: { copy: true },
        result: { promise: true, copy: true },
      });
      this.#end();
      this.#answer(pulled);
    } catch (error) {
      this.#fail(error);
    }
  }

  settleCall(id: number, text: string): void {
    this.#calls.get(id)?.({ v: text });
    this.#calls.delete(id);
  }

  #answer(pulled: Pulled | undefined): void {
    if (pulled === undefined) return;
    if (pulled.error !== undefined) {
      this.#messages.send(messageKinds.fail, pulled.error);
      return;
    }
    if (pulled.v !== '') this.#messages.send(messageKinds.records, pulled.v);
    if (pulled.done)
      this.#messages.send(messageKinds.end, JSON.stringify({ cpuMs: this.#cpuMs() }));
    // Nothing yielded and not done cannot be: a pull waits for the generator.
  }

  /** Never rejects: an error that crossed as a rejection would end the process unless the plugin caught it. */
  #call(method: string, args: string): Promise<{ v: string }> {
    const id = ++this.#lastCall;
    const head = Buffer.alloc(callBuffer);
    head.writeUInt32BE(id, 0);
    return new Promise((resolve) => {
      this.#calls.set(id, resolve);
      this.#messages.send(
        messageKinds.call,
        Buffer.concat([head, Buffer.from(`${method}\n${args}`)]),
      );
    });
  }

  #begin(name: string, cpuLimitMs: number): void {
    this.#step = { name, cpuMs: this.#cpuMs(), since: performance.now(), cpuLimitMs };
  }

  #end(): void {
    this.#step = undefined;
  }

  /** isolated-vm's own timeout stops neither a loop behind an awaited call nor built-ins that never poll. */
  #watch(): void {
    const step = this.#step;
    if (step === undefined) return;
    const cpuMs = this.#cpuMs() - step.cpuMs;
    if (cpuMs > step.cpuLimitMs)
      this.#die({
        code: 'sandbox.cpu_limit',
        message: `one ${step.name} used more than ${String(step.cpuLimitMs)} ms of CPU; yield items more often or do less between them`,
      });
    if (performance.now() - step.since > this.#start.limits.stepWallMs)
      this.#die({
        code: 'sandbox.step_timeout',
        message: `one ${step.name} took more than ${String(this.#start.limits.stepWallMs)} ms; a promise may never have settled`,
      });
  }

  #cpuMs(): number {
    return Number(this.#isolate.cpuTime) / 1e6;
  }

  #fail(error: unknown): void {
    const message = error instanceof Error ? error.message : String(error);
    const memory = /memory limit|disposed/iu.test(message);
    const failure: SandboxFailure = memory
      ? {
          code: 'sandbox.memory_limit',
          message: `the plugin used more than ${String(this.#start.limits.memoryMb)} MB`,
        }
      : {
          code: 'plugin.error',
          message: message.slice(0, 8192),
          ...(error instanceof Error && error.stack !== undefined
            ? { stack: error.stack.slice(0, 8192) }
            : {}),
        };
    this.#die(failure);
  }

  /** Written at once, since the process ends with the next line; a live isolate must not see process.exit. */
  #die(failure: SandboxFailure): never {
    const body = Buffer.from(JSON.stringify(failure));
    const head = Buffer.alloc(5);
    head.writeUInt32BE(body.length, 0);
    head.writeUInt8(messageKinds.fail, 4);
    try {
      writeSync(3, Buffer.concat([head, body]));
    } finally {
      process.kill(process.pid, 'SIGKILL');
    }
    throw new Error('unreachable');
  }
}
