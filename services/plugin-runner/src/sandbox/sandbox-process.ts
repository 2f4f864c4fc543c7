import { spawn, type ChildProcess } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { Duplex } from 'node:stream';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { SandboxError } from '../errors.ts';
import { messageKinds, MessageSocket } from './message-socket.ts';
import { processOverheadMb, type SandboxFailure, type SandboxStart } from './sandbox-limits.ts';

/** What the sandbox asks the runner for; the answer is JSON text and never a rejection. */
export interface HostCalls {
  call(method: string, argsText: string): Promise<string>;
  log(level: string, message: string, fieldsText: string): void;
}

/** The answer to one pull. */
export interface Pulled {
  /** A frame's records as the sandbox wrote them: not trusted. */
  readonly records: Buffer | undefined;
  readonly done: boolean;
}

const heartbeatMs = 1000;
const missedHeartbeats = 3;
const watchMemoryMs = 100;
const pageBytes = 4096;
/** Address space of the process: stops buffers that V8 does not count. In KiB, as `ulimit -v` takes it. */
const addressSpaceKiB = 6 * 1024 * 1024;

/** The sandbox process of one run, seen from the runner: started, pulled, and killed when it does not behave. */
export class SandboxProcess {
  readonly #child: ChildProcess;
  readonly #messages: MessageSocket;
  readonly #host: HostCalls;
  readonly #memoryMb: number;
  readonly #timers: NodeJS.Timeout[] = [];
  readonly ready: Promise<void>;
  #failure: SandboxError | undefined;
  #waiting: { resolve(pulled: Pulled): void; reject(error: SandboxError): void } | undefined;
  #becomeReady: { resolve(): void; reject(error: SandboxError): void } | undefined;
  #missed = 0;
  #ended = false;
  #disposed = false;
  #cpuMs = 0;
  peakMb = 0;

  constructor(start: SandboxStart, host: HostCalls) {
    this.#host = host;
    this.#memoryMb = start.limits.memoryMb;
    this.#child = spawnSandbox(start.limits.memoryMb);
    const socket = this.#child.stdio[3];
    if (!(socket instanceof Duplex)) throw new TypeError('the sandbox process has no descriptor 3');
    this.#messages = new MessageSocket(
      socket,
      (kind, payload) => this.#receive(kind, payload),
      () => this.#child.kill('SIGKILL'),
    );
    this.ready = new Promise((resolve, reject) => (this.#becomeReady = { resolve, reject }));
    this.ready.catch(() => undefined); // a pull tells too
    this.#child.once('exit', (code, signal) => this.#exited(code, signal));
    this.#timers.push(
      setInterval(() => this.#beat(), heartbeatMs),
      setInterval(() => this.#watchMemory(), watchMemoryMs),
    );
    this.#messages.send(messageKinds.start, JSON.stringify(start));
  }

  get pid(): number {
    return this.#child.pid ?? -1;
  }

  /** CPU time of the isolate when the plugin ended, in milliseconds. */
  get cpuMs(): number {
    return this.#cpuMs;
  }

  /** Whether the process answered its last heartbeat. */
  get isAlive(): boolean {
    return this.#missed <= 1 && this.#failure === undefined;
  }

  /** The next frame; rejects with SandboxError when the plugin failed or was ended. One pull at a time. */
  async pull(maxItems: number, maxBytes: number): Promise<Pulled> {
    await this.ready;
    if (this.#failure !== undefined) throw this.#failure;
    if (this.#ended) return { records: undefined, done: true };
    const pulled = new Promise<Pulled>((resolve, reject) => (this.#waiting = { resolve, reject }));
    this.#messages.send(messageKinds.pull, JSON.stringify({ maxItems, maxBytes }));
    return pulled;
  }

  /** Ends the process, whatever it does. */
  dispose(): void {
    this.#disposed = true;
    this.#stopTimers();
    this.#child.kill('SIGKILL');
  }

  #receive(kind: number, payload: Buffer): void {
    switch (kind) {
      case messageKinds.ready:
        this.#becomeReady?.resolve();
        return;
      case messageKinds.records:
        this.#settle({ records: Buffer.from(payload), done: false });
        return;
      case messageKinds.end:
        this.#ended = true;
        this.#cpuMs = numberIn(payload.toString(), 'cpuMs');
        this.#settle({ records: undefined, done: true });
        return;
      case messageKinds.call:
        void this.#call(payload);
        return;
      case messageKinds.log:
        this.#log(payload.toString());
        return;
      case messageKinds.pong:
        this.#missed = 0;
        return;
      case messageKinds.fail:
        this.#fail(new SandboxError(readFailure(payload.toString())));
        return;
      default:
        this.#fail(
          new SandboxError({
            code: 'sandbox.protocol',
            message: 'the sandbox sent a message of an unknown kind',
          }),
        );
    }
  }

  async #call(payload: Buffer): Promise<void> {
    const text = payload.toString('utf8', 4);
    const split = text.indexOf('\n');
    const answer = await this.#host.call(text.slice(0, split), text.slice(split + 1));
    if (this.#disposed) return;
    this.#messages.send(
      messageKinds.result,
      Buffer.concat([payload.subarray(0, 4), Buffer.from(answer)]),
    );
  }

  #log(text: string): void {
    const line: unknown = safeParse(text);
    const level = textIn(line, 'level');
    const content: unknown = safeParse(textIn(line, 'text'));
    this.#host.log(
      level === 'warn' || level === 'error' ? level : 'info',
      textIn(content, 'message'),
      textIn(content, 'fields'),
    );
  }

  #settle(pulled: Pulled): void {
    const waiting = this.#waiting;
    this.#waiting = undefined;
    waiting?.resolve(pulled);
  }

  #fail(error: SandboxError): void {
    this.#failure ??= error;
    this.#becomeReady?.reject(this.#failure);
    const waiting = this.#waiting;
    this.#waiting = undefined;
    waiting?.reject(this.#failure);
    this.#stopTimers();
    this.#child.kill('SIGKILL');
  }

  #exited(code: number | null, signal: string | null): void {
    if (this.#disposed) return;
    this.#fail(
      new SandboxError({
        code: 'sandbox.crashed',
        message: `the sandbox process ended (${signal ?? `exit ${String(code)}`}); memory that V8 could not give, or it was killed`,
      }),
    );
  }

  #beat(): void {
    if (++this.#missed > missedHeartbeats)
      this.#fail(
        new SandboxError({
          code: 'sandbox.unresponsive',
          message: `the sandbox process did not answer ${String(missedHeartbeats)} heartbeats`,
        }),
      );
    else this.#messages.send(messageKinds.ping);
  }

  #watchMemory(): void {
    const mb = residentMb(this.pid);
    this.peakMb = Math.max(this.peakMb, mb);
    const limit = this.#memoryMb + processOverheadMb;
    if (mb > limit)
      this.#fail(
        new SandboxError({
          code: 'sandbox.memory_limit',
          message: `the sandbox process held ${String(Math.round(mb))} MB; the limit is ${String(limit)} MB`,
        }),
      );
  }

  #stopTimers(): void {
    for (const timer of this.#timers.splice(0)) clearInterval(timer);
  }
}

/** No environment, no input, no output, nothing but descriptor 3; Node's permission model is a seat belt, not the fence. */
function spawnSandbox(memoryMb: number): ChildProcess {
  const extension = import.meta.url.endsWith('.ts') ? 'ts' : 'js';
  const entry = fileURLToPath(new URL(`./sandbox-main.${extension}`, import.meta.url));
  const module = dirname(createRequire(import.meta.url).resolve('isolated-vm/package.json'));
  const service = join(dirname(entry), '..', '..');
  const flags = [
    '--permission',
    '--allow-addons',
    `--allow-fs-read=${service}`,
    `--allow-fs-read=${join(module, '..')}`,
    '--allow-fs-read=/etc/alpine-release',
    `--max-old-space-size=${String(memoryMb + 96)}`,
    '--disable-warning=ExperimentalWarning',
    '--disable-warning=SecurityWarning',
  ];
  const limits = `ulimit -c 0; ulimit -v ${String(addressSpaceKiB)} 2>/dev/null; exec "$0" "$@"`;
  return spawn('/bin/sh', ['-c', limits, process.execPath, ...flags, entry], {
    env: {},
    cwd: '/',
    stdio: ['ignore', 'ignore', 'ignore', 'pipe'],
  });
}

function residentMb(pid: number): number {
  try {
    // Second field of statm is the resident size in pages (proc(5)); absent outside Linux, where the heartbeat remains.
    return (
      (Number(readFileSync(`/proc/${String(pid)}/statm`, 'utf8').split(' ')[1]) * pageBytes) /
      1048576
    );
  } catch {
    return 0;
  }
}

function readFailure(text: string): SandboxFailure {
  const value: unknown = safeParse(text);
  const stack = textIn(value, 'stack');
  const status = numberIn(text, 'status');
  const retryAfterMs = numberIn(text, 'retryAfterMs');
  const code = textIn(value, 'code');
  return {
    code: /^(sandbox|plugin|capability|egress|http)\.[a-z_]{1,64}$/u.test(code)
      ? code
      : 'plugin.error',
    message: textIn(value, 'message').slice(0, 8192),
    ...(stack === '' ? {} : { stack: stack.slice(0, 8192) }),
    ...(status > 0 ? { status } : {}),
    ...(retryAfterMs > 0 ? { retryAfterMs } : {}),
  };
}

function safeParse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function textIn(value: unknown, name: string): string {
  const text: unknown =
    typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined;
  return typeof text === 'string' ? text : '';
}

function numberIn(text: string, name: string): number {
  const value: unknown = safeParse(text);
  const number: unknown =
    typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined;
  return typeof number === 'number' && Number.isFinite(number) ? number : 0;
}
