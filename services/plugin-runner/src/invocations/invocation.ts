import type { MessageInitShape } from '@bufbuild/protobuf';
import { Effect, RunKind, type InvocationResultSchema, type Invoke } from '@made-open/contracts';
import { CircuitOpenError } from '../errors.ts';
import type { SandboxProcess } from '../host/processes/sandbox-process.ts';
import { inSandbox } from '../runs/in-sandbox.ts';
import { checkRecords } from '../runs/frames/check-records.ts';
import { FramePublisher } from '../runs/frames/frame-publisher.ts';
import { RunLogs } from '../runs/logs/run-logs.ts';
import type { Runner } from '../runs/runner.ts';
import { RunSecrets } from '../runs/secrets/run-secrets.ts';
import { invocationFaultOf, type InvocationFault } from './invocation-fault.ts';
import { isSend } from './invocation-input.ts';
import { InvocationRecords } from './invocation-records.ts';
import { operatorMs } from './operator-limit.ts';
import { InvocationWork } from './invocation-work.ts';
import { InvocationRefusedError, OperatorTimeoutError } from './errors.ts';

export type InvocationResult = MessageInitShape<typeof InvocationResultSchema>;

/** How the command came to this runner. */
export interface Handed {
  /** Counts deliveries of the command. */
  readonly delivery: number;
  /** The runner is to stop; what is under way has a while left. */
  readonly leaving: AbortSignal;
}

const frameSize = { maxItems: 500, maxSize: 256 * 1024 };

/** Carries out one call of the plugin's code: sandbox, records, result. */
export class Invocation {
  readonly #runner: Runner;
  readonly #command: Invoke;
  readonly #handed: Handed;
  readonly #secrets: RunSecrets;
  readonly #work: InvocationWork;
  readonly #logs: RunLogs;
  readonly #records = new InvocationRecords();
  readonly #expired = new AbortController();
  readonly #started = performance.now();
  #timer: NodeJS.Timeout | undefined;
  /** Of the isolate. */
  #cpuMs = 0;

  /** The runner with a `stopping` that also ends the call when its time is over. */
  constructor(runner: Runner, command: Invoke, handed: Handed) {
    const { invocationId: runId, connectionId } = command;
    const { bus, token, assignment } = runner;
    const stopping = AbortSignal.any([runner.stopping, this.#expired.signal]);
    this.#runner = { ...runner, stopping };
    this.#command = command;
    this.#handed = handed;
    this.#secrets = new RunSecrets(assignment.manifest);
    this.#work = new InvocationWork(this.#runner, command, this.#secrets, () => this.#begun());
    this.#logs = new RunLogs(bus, token, { runId, connectionId }, this.#secrets.redact);
  }

  /** What it came to; rejects when the fault is the runner's own and nothing has been sent. */
  async run(): Promise<InvocationResult> {
    const fault = await this.#faultBeforeLeaving();
    this.#runner.breaker.record(fault?.error.code);
    return this.#result(fault);
  }

  /** Sends what is left of its log; the result does not wait for it. */
  async close(): Promise<void> {
    clearTimeout(this.#timer);
    await this.#logs.close(this.#runner.stopping);
  }

  /** A send that has reached nobody ends with the runner at once: it is told as one that did nothing, and is sent elsewhere. */
  async #faultBeforeLeaving(): Promise<InvocationFault | undefined> {
    const { leaving } = this.#handed;
    const leave = (): void => {
      if (!this.#work.hasReachedOut) this.#expired.abort(leaving.reason);
    };
    leaving.addEventListener('abort', leave, { once: true });
    if (leaving.aborted) leave();
    try {
      return await this.#fault();
    } finally {
      leaving.removeEventListener('abort', leave);
    }
  }

  async #fault(): Promise<InvocationFault | undefined> {
    const { stopping, breaker } = this.#runner;
    try {
      if (breaker.waitMs > 0) throw new CircuitOpenError(breaker.waitMs);
      await this.#work.prepare();
      const sharedWith = this.#command.connectionId;
      const parts = { work: this.#work, logs: this.#logs, sharedWith };
      const records = await inSandbox(this.#runner, parts, (sandbox) => this.#pump(sandbox));
      clearTimeout(this.#timer);
      if (records !== undefined) await this.#commit(records);
      return undefined;
    } catch (error) {
      // The time is over, or the runner stops: what the sandbox says of its end is no news then.
      const cause: unknown = stopping.aborted ? stopping.reason : (this.#work.refusal ?? error);
      const send = isSend(this.#command) ? this.#work : undefined;
      const fault = invocationFaultOf(cause, this.#secrets.redact, send);
      if (fault === undefined && send === undefined) throw cause;
      return fault ?? interrupted;
    }
  }

  /** Time that the sandbox took to get ready is not the operator's. */
  #begun(): void {
    if (this.#command.work.case !== 'operator') return;
    const late = (): void => this.#expired.abort(new OperatorTimeoutError(operatorMs));
    this.#timer ??= setTimeout(late, operatorMs);
  }

  /** Everything that it writes: nothing goes out before it has ended well. */
  async #pump(sandbox: SandboxProcess): Promise<Uint8Array | undefined> {
    for (;;) {
      const { records, done } = await sandbox.pullFrame(frameSize);
      if (records !== undefined) this.#records.add(records);
      if (!done) continue;
      this.#cpuMs = sandbox.cpuMs;
      return this.#checked();
    }
  }

  #checked(): Uint8Array | undefined {
    this.#secrets.check(Buffer.from(this.#work.resultJson));
    const records = this.#records.take();
    if (records === undefined) return undefined;
    const { refusals } = checkRecords(records, this.#runner.assignment.grants);
    this.#secrets.check(records);
    for (const reason of refusals)
      this.#logs.write('warn', 'an item went to quarantine', JSON.stringify({ reason }));
    return records;
  }

  async #commit(records: Uint8Array): Promise<void> {
    const { bus, token, stopping } = this.#runner;
    const { invocationId: runId, connectionId, try: attempt } = this.#command;
    const name = `${runId}/${String(attempt)}.${String(this.#handed.delivery)}`;
    const kind = RunKind.INVOCATION;
    const origin = { token, connectionId, runId, epoch: 0, attempt, kind, name };
    const frames = new FramePublisher(bus, origin, stopping);
    const { accepted } = await frames.commit({ case: 'records', value: records });
    if (!accepted) throw new InvocationRefusedError(connectionId);
  }

  #result(fault: InvocationFault | undefined): InvocationResult {
    const { invocationId, connectionId, try: attempt } = this.#command;
    const isClean = fault?.error.code !== 'sandbox.secret_in_data';
    return {
      invocationId,
      connectionId,
      try: attempt,
      ...fault,
      resultJson: isClean ? this.#work.resultJson : '',
      effect: isSend(this.#command) ? this.#work.effect(fault !== undefined) : Effect.UNSPECIFIED,
      usage: this.#usage(),
      pluginVersion: this.#runner.version,
    };
  }

  #usage(): NonNullable<InvocationResult['usage']> {
    const { records, events, bytes } = this.#records;
    return {
      items: records - events,
      bytes: bytes + this.#work.takeFileBytes(),
      events,
      httpCalls: this.#work.httpCalls,
      logLines: this.#logs.written,
      droppedLogLines: this.#logs.dropped,
      cpuMs: this.#cpuMs,
      wallMs: Math.round(performance.now() - this.#started),
    };
  }
}

/** Of a send nobody may conclude from silence that nothing was done. */
const interrupted: InvocationFault = {
  error: {
    code: 'runner.interrupted',
    message: 'the runner could not carry the call to its end',
  },
  permanent: false,
  retryAfterMs: 0,
};
