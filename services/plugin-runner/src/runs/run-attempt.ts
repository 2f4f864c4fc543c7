import { RunKind, RunOutcome } from '@made-open/contracts';
import { checkpointVersions } from '@made-open/manifest';
import type { SandboxProcess } from '../host/processes/sandbox-process.ts';
import { RemapWork } from '../remap/remap-work.ts';
import { defaultLimits } from '../sandbox/sandbox-limits.ts';
import { checkRecords } from './frames/check-records.ts';
import { FramePublisher } from './frames/frame-publisher.ts';
import { completed, endOf, failed, interrupted, sliced, type End } from './run-end.ts';
import { runHalt, type RunHalt } from './run-halt.ts';
import { RunLogs } from './logs/run-logs.ts';
import { RunSecrets } from './secrets/run-secrets.ts';
import type { RunWork } from './run-work.ts';
import type { Runner, RunSync } from './runner.ts';
import { SliceUsage, type SliceLimits } from './frames/slice.ts';
import { SyncWork } from './sync-work.ts';

interface Result {
  readonly end: End;
  readonly fullPass: boolean;
  readonly usage: object;
}

const frameSize = { maxItems: 500, maxSize: 256 * 1024 };
const maxAttempts = 3;
const runEnded = new Error('the run has ended');
const unchanged = (text: string): string => text;
const tooManyEvents = failed(
  'sandbox.event_limit',
  `a run may emit ${String(defaultLimits.eventsPerRun)} events; yield items instead, whose events the platform makes`,
);

/** Carries out one attempt of a run: sandbox, frames, end. Every outcome leaves as the last frame. */
export class RunAttempt {
  readonly #runner: Runner;
  readonly #command: RunSync;
  readonly #attempt: number;
  readonly #kind: RunKind;
  readonly #work: RunWork;
  readonly #secrets: RunSecrets;
  readonly #halt: RunHalt;
  readonly #usage = new SliceUsage();
  readonly #started = performance.now();
  #sandbox: SandboxProcess | undefined;
  #logs: RunLogs | undefined;

  /** `lost` is aborted when the run is no longer wanted. */
  constructor(runner: Runner, command: RunSync, attempt: number, lost: AbortSignal) {
    this.#runner = runner;
    this.#halt = runHalt({ stopping: runner.stopping, lost });
    this.#command = command;
    this.#attempt = attempt;
    this.#secrets = new RunSecrets(runner.assignment.manifest);
    const isRemap = command.kind === RunKind.REMAP;
    this.#kind = isRemap ? RunKind.REMAP : RunKind.SYNC;
    this.#work = isRemap
      ? new RemapWork(runner, command, attempt)
      : new SyncWork(runner, { command, attempt }, this.#secrets);
  }

  /** Whether the command's time is extended: not for a sandbox that is silent, but for as long as etl is waited for after it. */
  get isAlive(): boolean {
    const sandbox = this.#sandbox;
    return sandbox === undefined || sandbox.failure !== undefined || sandbox.isAlive;
  }

  /** Resolves to the end that etl has committed; rejects when the attempt must be repeated. */
  async run(): Promise<End> {
    try {
      return await this.#untilCommitted();
    } finally {
      this.#halt.close();
      // Behind the end: nothing waits for a log.
      await this.#logs?.close(this.#runner.stopping);
    }
  }

  async #untilCommitted(): Promise<End> {
    const { bus, token } = this.#runner;
    const { runId, epoch, connectionId } = this.#command;
    const origin = { token, connectionId, runId, epoch, attempt: this.#attempt, kind: this.#kind };
    const frames = new FramePublisher(bus, origin, this.#halt.frames);
    await this.#begin(frames);
    const { end, fullPass, usage } = await this.#result(frames);
    await frames.commit({ case: 'end', value: { ...end, fullPass, usage } });
    return end;
  }

  async #begin(frames: FramePublisher): Promise<void> {
    const { slice, trigger } = this.#command;
    const { version, assignment } = this.#runner;
    const { newest: checkpointVersion } = checkpointVersions(assignment.manifest);
    const value = { pluginVersion: version, slice, trigger, checkpointVersion };
    // etl gives stored raw only to a run that it knows to be under way.
    if (this.#kind === RunKind.REMAP) await frames.commit({ case: 'begin', value });
    else await frames.publish({ case: 'begin', value });
  }

  async #result(frames: FramePublisher): Promise<Result> {
    try {
      const refused = await this.#refusal();
      if (refused !== undefined) return { end: refused, fullPass: false, usage: {} };
      await this.#work.prepare();
      return await this.#carryOut(frames);
    } catch (error) {
      const end = this.#endOfHalted() ?? endOf(error, unchanged);
      if (end === undefined) throw error;
      return { end, fullPass: false, usage: {} };
    }
  }

  /** A run that a stopping runner gives back goes on in another one, and none of its attempts is used up. */
  #endOfHalted(): End | undefined {
    if (this.#halt.isInterrupted) return interrupted;
    this.#halt.work.throwIfAborted();
    return undefined;
  }

  /** Why the sandbox is not even started. */
  async #refusal(): Promise<End | undefined> {
    if (this.#attempt > maxAttempts && !(await this.#work.hasProgress()))
      return failed(
        'sandbox.no_progress',
        `${String(this.#attempt - 1)} attempts ended before the run did, and none of them left a checkpoint; ${this.#work.remedy}`,
      );
    const { waitMs } = this.#runner.breaker;
    if (waitMs === 0) return undefined;
    return failed(
      'sandbox.circuit_open',
      `the plugin brought its sandbox down several times in a row; it is left alone for ${String(Math.ceil(waitMs / 1000))} s`,
    );
  }

  async #carryOut(frames: FramePublisher): Promise<Result> {
    const { bus, token, sandboxes, breaker } = this.#runner;
    const { work } = this.#halt;
    // A signal that was aborted before anyone listens to it says nothing.
    work.throwIfAborted();
    const { connectionId, runId } = this.#command;
    const logs = new RunLogs(bus, token, { runId, connectionId }, this.#secrets.redact);
    this.#logs = logs;
    const ended = new AbortController();
    const sandbox = sandboxes.take();
    this.#sandbox = sandbox;
    const abort = (): void => {
      ended.abort(work.reason);
      sandbox.abort();
    };
    work.addEventListener('abort', abort, { once: true });
    // It may be killed while nobody pulls.
    void sandbox.exited.then(() => ended.abort(runEnded));
    try {
      this.#work.begin(sandbox, { logs, signal: ended.signal });
      const end = await this.#pump(sandbox, frames);
      breaker.record(end.error?.code);
      return {
        end,
        fullPass: end.outcome === RunOutcome.COMPLETED && this.#work.isFullPass,
        usage: this.#used(logs),
      };
    } finally {
      work.removeEventListener('abort', abort);
      sandbox.dispose();
      ended.abort(runEnded);
      this.#work.close();
    }
  }

  async #pump(sandbox: SandboxProcess, frames: FramePublisher): Promise<End> {
    try {
      for (;;) {
        this.#halt.work.throwIfAborted();
        const end = await this.#step(sandbox, frames);
        if (end !== undefined) return end;
      }
    } catch (error) {
      this.#halt.work.throwIfAborted();
      // A plugin cannot say why it was not let in, and the scheduler must know that trying again does not help.
      const end = endOf(this.#work.refusal ?? error, this.#secrets.redact);
      if (end === undefined) throw error;
      return end;
    }
  }

  /** One frame from the sandbox to the stream; says how the run ends when it does. */
  async #step(sandbox: SandboxProcess, frames: FramePublisher): Promise<End | undefined> {
    const since = performance.now();
    const { records, done } = await sandbox.pullFrame(frameSize);
    this.#usage.pluginMs += performance.now() - since;
    // Its requests fail by now: what it makes of that, an item, a checkpoint or an early end, is not what the source holds.
    this.#halt.work.throwIfAborted();
    if (done) return completed;
    if (records === undefined) return undefined;
    const summary = checkRecords(records, this.#runner.assignment.grants);
    this.#secrets.check(records);
    this.#usage.add({ ...summary, bytes: records.byteLength + this.#work.takeFileBytes() });
    for (const reason of summary.refusals)
      this.#logs?.write('warn', 'an item went to quarantine', JSON.stringify({ reason }));
    if (this.#usage.events > defaultLimits.eventsPerRun) return tooManyEvents;
    await frames.publish({ case: 'records', value: records });
    const { slice } = this.#runner;
    if (summary.hasCheckpoint && this.#usage.isFull(slice)) return sliced;
    return this.#usage.isStuck(slice) ? stuck(slice) : undefined;
  }

  #used(logs: RunLogs): object {
    const { items, bytes, events } = this.#usage;
    return {
      items,
      bytes: bytes + this.#work.takeFileBytes(),
      events,
      httpCalls: this.#work.httpCalls,
      logLines: logs.written,
      droppedLogLines: logs.dropped,
      cpuMs: this.#sandbox?.cpuMs ?? 0,
      wallMs: Math.round(performance.now() - this.#started),
    };
  }
}

function stuck({ unslicedWallMs }: SliceLimits): End {
  return failed(
    'sandbox.run_timeout',
    `the run went on for ${String(unslicedWallMs / 60_000)} minutes without a checkpoint; call context.checkpoint.save now and then, so that it can go on in slices`,
  );
}
