import type { ChildProcess } from 'node:child_process';
import { Duplex, Readable } from 'node:stream';
import { SandboxError } from '../../errors.ts';
import { maxSandboxMessageBytes, messageKinds, type SandboxWork } from '../../sandbox/messages.ts';
import { MessageSocket } from '../../sandbox/message-socket.ts';
import { processOverheadMb, type SandboxCode } from '../../sandbox/sandbox-limits.ts';
import { OpenCalls, type HostCalls } from '../open-calls.ts';
import { usageOf } from './process-usage.ts';
import { abortReason, numberOf, readFailure, readObject } from './sandbox-failure.ts';

/** The answer to one pull. */
export interface Pulled {
  /** A frame's records as the sandbox wrote them: not trusted. */
  readonly records: Uint8Array | undefined;
  readonly done: boolean;
}

export interface FrameSize {
  readonly maxItems: number;
  /** In characters; a frame has at most three times as many bytes. */
  readonly maxSize: number;
}

const heartbeatMs = 1000;
const missedHeartbeats = 3;
const watchUsageMs = 25;
/** The sandbox measures itself; one that is no longer ours is ended a little later by the runner. */
const graceMs = 5000;
const abortGraceMs = 250;
/** CPU of the whole process for one step, against a sandbox that no longer limits itself: three times what it allows. */
const processShare = 3;
const maxOutput = 16_384;

/** One sandbox process, seen from the runner: made ready, started, pulled, and killed when it does not behave. */
export class SandboxProcess {
  readonly #child: ChildProcess;
  readonly #messages: MessageSocket;
  readonly #code: SandboxCode;
  readonly #timers: NodeJS.Timeout[] = [];
  /** Resolves when the process is gone. */
  readonly exited: Promise<void>;
  #calls: OpenCalls | undefined;
  #failure: SandboxError | undefined;
  #waiting: PromiseWithResolvers<Pulled> | undefined;
  #stepTimer: NodeJS.Timeout | undefined;
  #pulled: Pulled = { records: undefined, done: false };
  #missed = 0;
  #output = '';
  #lastWords = '';
  #disposed = false;
  /** It was told to make a fresh isolate; until it says so, all that it sends is of the one before. */
  #renewal: PromiseWithResolvers<void> | undefined;
  /** Calls that it has carried out. */
  uses = 0;
  #cpuMsBefore = 0;
  /** CPU time of the isolate when the plugin ended, in milliseconds. */
  cpuMs = 0;
  /** The most that the process held. */
  peakMb = 0;

  /** Starts the process and makes its isolate ready; the plugin does not run yet. */
  constructor(code: SandboxCode, spawn: () => ChildProcess) {
    this.#code = code;
    this.#child = spawn();
    const [, , output, socket, lastWords] = this.#child.stdio;
    if (!(socket instanceof Duplex)) throw new TypeError('the sandbox process has no socket');
    this.#messages = new MessageSocket(socket, {
      onMessage: (kind, payload) => this.#receive(kind, payload),
      onBroken: (error) => this.#fail('sandbox.protocol', `the sandbox sent ${error.message}`),
      maxBytes: (kind) => maxSandboxMessageBytes[kind],
    });
    gather(output, (text) => (this.#output = text));
    gather(lastWords, (text) => (this.#lastWords = text));
    this.exited = new Promise((resolve) => {
      // 'close' and not 'exit': by then all that it said has been read.
      this.#child.once('close', (status, signal) => {
        this.#closed(signal ?? `exit ${String(status)}`);
        resolve();
      });
      this.#child.once('error', (error) => {
        this.#fail('sandbox.crashed', `the sandbox process could not be started: ${error.message}`);
        resolve();
      });
    });
    this.#timers.push(
      setInterval(() => this.#beat(), heartbeatMs),
      setInterval(() => this.#watchUsage(), watchUsageMs),
    );
    this.#messages.send(messageKinds.prepare, JSON.stringify(code));
  }

  get pid(): number {
    return this.#child.pid ?? -1;
  }

  /** Why it ended, once it has. */
  get failure(): SandboxError | undefined {
    return this.#failure;
  }

  /** Whether the process answered its last heartbeat. */
  get isAlive(): boolean {
    return this.#missed <= 1 && this.#failure === undefined;
  }

  /** Hands over the config and begins the work; what goes wrong is told by the next pull. */
  start(
    config: Readonly<Record<string, unknown>>,
    host: HostCalls,
    work: SandboxWork = 'sync',
  ): void {
    this.#calls = new OpenCalls(host, {
      answer: (...parts) => this.#messages.send(messageKinds.result, ...parts),
      onFlood: (message) => this.#fail('sandbox.protocol', message),
    });
    this.uses++;
    this.#messages.send(messageKinds.start, `${work}\n${JSON.stringify(config)}`);
  }

  /** The next frame; rejects with SandboxError when the plugin failed or was ended. One pull at a time. */
  pullFrame(size: FrameSize): Promise<Pulled> {
    if (this.#failure !== undefined) return Promise.reject(this.#failure);
    if (this.#pulled.done) return Promise.resolve({ records: undefined, done: true });
    this.#waiting = Promise.withResolvers();
    this.#cpuMsBefore = usageOf(this.pid).cpuMs;
    this.#stepTimer = setTimeout(
      () => this.#fail('sandbox.step_timeout', 'the sandbox gave no answer to a pull'),
      this.#code.limits.stepWallMs + graceMs,
    );
    this.#messages.send(messageKinds.pull, JSON.stringify(size));
    return this.#waiting.promise;
  }

  /** After work that ended well; behind it `start` may follow, in a fresh isolate that knows nothing of what was before. */
  renew(): Promise<void> {
    if (this.#failure !== undefined) return Promise.reject(this.#failure);
    this.#renewal = Promise.withResolvers();
    this.#calls?.close();
    this.#calls = undefined;
    this.#pulled = { records: undefined, done: false };
    this.cpuMs = 0;
    this.#messages.send(messageKinds.renew);
    return this.#renewal.promise;
  }

  /** Aborts the plugin's signal and ends the process soon. */
  abort(): void {
    this.#messages.send(messageKinds.abort);
    setTimeout(() => this.dispose(), abortGraceMs).unref();
  }

  /** Ends the process, whatever it does. */
  dispose(): void {
    this.#disposed = true;
    this.#fail('sandbox.stopped', 'the run was stopped');
  }

  #receive(kind: number, payload: Buffer): void {
    if (kind === messageKinds.renewed) {
      this.#renewal?.resolve();
      this.#renewal = undefined;
    } else if (this.#renewal === undefined || kind === messageKinds.pong) this.#take(kind, payload);
  }

  #take(kind: number, payload: Buffer): void {
    switch (kind) {
      case messageKinds.records:
        this.#settle({ records: payload, done: false });
        return;
      case messageKinds.end:
        this.cpuMs = numberOf(readObject(payload.toString())['cpuMs']);
        this.#pulled = { records: undefined, done: true };
        this.#settle(this.#pulled);
        return;
      case messageKinds.call:
        this.#calls?.take(payload);
        return;
      case messageKinds.log:
        this.#calls?.log(payload.toString());
        return;
      case messageKinds.fail:
        this.#failWith(new SandboxError(readFailure(payload.toString())));
        return;
      default:
        this.#missed = 0;
    }
  }

  #settle(pulled: Pulled): void {
    clearTimeout(this.#stepTimer);
    const waiting = this.#waiting;
    this.#waiting = undefined;
    waiting?.resolve(pulled);
  }

  #fail(code: string, message: string): void {
    this.#failWith(new SandboxError({ code, message }));
  }

  #failWith(error: SandboxError): void {
    this.#failure ??= error;
    for (const timer of this.#timers.splice(0)) clearInterval(timer);
    clearTimeout(this.#stepTimer);
    this.#child.kill('SIGKILL');
    const waiting = this.#waiting;
    this.#waiting = undefined;
    waiting?.reject(this.#failure);
    this.#renewal?.reject(this.#failure);
  }

  #closed(how: string): void {
    if (this.#failure !== undefined || this.#disposed) return;
    if (this.#lastWords !== '') {
      this.#failWith(new SandboxError(readFailure(this.#lastWords)));
      return;
    }
    const reason = abortReason(this.#output);
    const isMemory = /memory|allocation|invalid (table|array|size)/iu.test(reason);
    this.#fail(
      isMemory ? 'sandbox.memory_limit' : 'sandbox.crashed',
      `the sandbox process ended by itself (${how}${reason === '' ? '' : `, ${reason}`}); the run can be repeated, and the plugin should hold less at a time`,
    );
  }

  #beat(): void {
    if (++this.#missed > missedHeartbeats)
      this.#fail(
        'sandbox.unresponsive',
        `the sandbox process did not answer ${String(missedHeartbeats)} heartbeats`,
      );
    else this.#messages.send(messageKinds.ping);
  }

  #watchUsage(): void {
    const { memoryMb, stepCpuMs, loadCpuMs } = this.#code.limits;
    const { residentMb, cpuMs } = usageOf(this.pid);
    this.peakMb = Math.max(this.peakMb, residentMb);
    const limitMb = memoryMb + processOverheadMb;
    if (residentMb > limitMb)
      this.#fail(
        'sandbox.memory_limit',
        `the sandbox process held ${String(Math.round(residentMb))} MB; the limit is ${String(limitMb)} MB: hold less at a time, or ask for more with limits.memoryMb in plugin.json`,
      );
    const limitMs = processShare * (stepCpuMs + loadCpuMs) + graceMs;
    if (cpuMs - this.#cpuMsBefore > limitMs)
      this.#fail(
        'sandbox.cpu_limit',
        `the sandbox process used more than ${String(limitMs)} ms of CPU for one step; do less at a time, and yield items more often`,
      );
  }
}

/** Reads a stream to its end, keeping its beginning. */
function gather(stream: unknown, keep: (text: string) => void): void {
  if (!(stream instanceof Readable)) return;
  let text = '';
  stream.on('error', () => undefined);
  stream.on('data', (chunk: Buffer) => {
    if (text.length < maxOutput) keep((text += chunk.toString()));
  });
}
