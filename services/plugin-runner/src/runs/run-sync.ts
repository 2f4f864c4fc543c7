import type { Bus } from '@made-open/bus';
import type { MessageShape } from '@bufbuild/protobuf';
import { EntityService, RunOutcome, type RunSyncSchema } from '@made-open/contracts';
import { Egress } from '@made-open/egress';
import type { Assignment } from '../assignment/assignment.ts';
import { CapabilityDeniedError, SandboxError } from '../errors.ts';
import { PluginHost } from '../host/plugin-host.ts';
import { redactor } from '../host/redact.ts';
import { defaultLimits } from '../sandbox/sandbox-limits.ts';
import { SandboxProcess } from '../sandbox/sandbox-process.ts';
import { checkRecords } from './check-records.ts';
import { FramePublisher } from './frame-publisher.ts';
import { RunLogs } from './run-logs.ts';
import type { WalletClient } from './wallet-client.ts';

export type RunSync = MessageShape<typeof RunSyncSchema>;

export interface RunOptions {
  readonly bus: Bus;
  readonly token: string;
  readonly version: string;
  readonly wallet: WalletClient;
  readonly assignment: Assignment;
}

/** Limits of one slice: it ends at the next checkpoint once one of them is passed. */
export interface SliceLimits {
  readonly wallMs: number;
  readonly items: number;
  readonly bytes: number;
  /** A run without checkpoints cannot be sliced and ends here. */
  readonly unslicedWallMs: number;
}

export const defaultSlice: SliceLimits = {
  wallMs: 600_000,
  items: 2_000_000,
  bytes: 4 * 1024 ** 3,
  unslicedWallMs: 3_600_000,
};

const frameItems = 500;
const frameBytes = 256 * 1024;
const maxAttempts = 3;

interface Usage {
  items: number;
  bytes: number;
  events: number;
  checkpoints: number;
}

interface End {
  readonly outcome: RunOutcome;
  readonly error?: { code: string; message: string; stack?: string };
  readonly retryAfterMs?: number;
}

/** Carries out one sync: config, sandbox, frames, end. Every outcome of the plugin leaves as the last frame. */
export class SyncRun {
  readonly #options: RunOptions;
  readonly #command: RunSync;
  readonly #attempt: number;
  readonly #signal: AbortSignal;
  readonly #slice: SliceLimits;
  readonly #usage: Usage = { items: 0, bytes: 0, events: 0, checkpoints: 0 };
  readonly #started = performance.now();
  #sandbox: SandboxProcess | undefined;

  constructor(
    options: RunOptions,
    command: RunSync,
    attempt: number,
    { signal, slice = defaultSlice }: { signal: AbortSignal; slice?: SliceLimits },
  ) {
    this.#options = options;
    this.#command = command;
    this.#attempt = attempt;
    this.#signal = signal;
    this.#slice = slice;
  }

  /** Whether the sandbox still answers: only then the command's time is extended. */
  get isAlive(): boolean {
    return this.#sandbox?.isAlive ?? true;
  }

  /** Resolves when etl has committed the end; rejects when the attempt must be repeated. */
  async run(): Promise<void> {
    const { bus, token, version } = this.#options;
    const { runId, epoch, connectionId, slice, trigger } = this.#command;
    const frames = new FramePublisher(
      bus,
      { token, connectionId, runId, epoch, attempt: this.#attempt },
      this.#signal,
    );
    await frames.publish({ case: 'begin', value: { pluginVersion: version, slice, trigger } });
    const { end, fullPass, usage } = await this.#deliver(frames);
    this.#signal.throwIfAborted();
    await frames.end({ case: 'end', value: { ...end, fullPass, usage } });
  }

  async #deliver(frames: FramePublisher): Promise<{ end: End; fullPass: boolean; usage: object }> {
    if (this.#attempt > maxAttempts && !(await this.#hasProgress()))
      return { end: noProgress(this.#attempt), fullPass: false, usage: {} };
    const { wallet, assignment, bus, token } = this.#options;
    const { connectionId, runId } = this.#command;
    const config = await wallet.config(connectionId, runId);
    const logs = new RunLogs(bus, token, { runId, connectionId }, redactor(config));
    const egress = new Egress({ grants: assignment.grants, overrides: assignment.overrides });
    const host = new PluginHost({
      ...this.#options,
      connectionId,
      runId,
      grants: assignment.grants,
      egress,
      signal: this.#signal,
      onLog: (level, message, fields) => logs.write(level, message, fields),
    });
    const memoryMb = assignment.manifest.limits?.memoryMb ?? defaultLimits.memoryMb;
    const sandbox = new SandboxProcess(
      { bundle: assignment.bundle, config, limits: { ...defaultLimits, memoryMb } },
      host,
    );
    this.#sandbox = sandbox;
    const abort = (): void => sandbox.dispose();
    this.#signal.addEventListener('abort', abort);
    try {
      const end = await this.#pump(sandbox, frames);
      return {
        end,
        fullPass: end.outcome === RunOutcome.COMPLETED && !host.continuedEarlierRun,
        usage: this.#used(host, logs),
      };
    } finally {
      this.#signal.removeEventListener('abort', abort);
      sandbox.dispose();
      egress.close();
      await logs.close();
    }
  }

  async #pump(sandbox: SandboxProcess, frames: FramePublisher): Promise<End> {
    try {
      for (;;) {
        const { records, done } = await sandbox.pull(frameItems, frameBytes);
        if (done) return { outcome: RunOutcome.COMPLETED };
        if (records === undefined) continue;
        const { items, events, hasCheckpoint } = checkRecords(
          records,
          this.#options.assignment.grants,
        );
        this.#usage.items += items;
        this.#usage.events += events;
        this.#usage.bytes += records.byteLength;
        if (hasCheckpoint) this.#usage.checkpoints++;
        await frames.publish({ case: 'records', value: records });
        const full = this.#sliceIsFull(hasCheckpoint);
        if (full !== undefined) return full;
      }
    } catch (error) {
      this.#signal.throwIfAborted();
      const end = endOf(error);
      if (end === undefined) throw error;
      return end;
    }
  }

  #sliceIsFull(atCheckpoint: boolean): End | undefined {
    const wallMs = performance.now() - this.#started;
    const { items, bytes, checkpoints } = this.#usage;
    const full =
      wallMs > this.#slice.wallMs || items > this.#slice.items || bytes > this.#slice.bytes;
    if (full && atCheckpoint) return { outcome: RunOutcome.SLICED };
    if (wallMs > this.#slice.unslicedWallMs && checkpoints === 0)
      return {
        outcome: RunOutcome.FAILED,
        error: {
          code: 'sandbox.run_timeout',
          message: `the run took more than ${String(this.#slice.unslicedWallMs / 60_000)} minutes without a checkpoint; call context.checkpoint.save, so that it can go on in slices`,
        },
      };
    return undefined;
  }

  async #hasProgress(): Promise<boolean> {
    const { bus, token } = this.#options;
    const { epoch } = await bus.call(
      EntityService.method.getCheckpoint,
      { connectionId: this.#command.connectionId },
      { parameters: { plugin: token } },
    );
    return epoch === this.#command.epoch;
  }

  #used(host: PluginHost, logs: RunLogs): object {
    const { items, bytes, events } = this.#usage;
    return {
      items,
      bytes,
      events,
      httpCalls: host.httpCalls,
      logLines: logs.written,
      droppedLogLines: logs.totalDropped,
      cpuMs: this.#sandbox?.cpuMs ?? 0,
      wallMs: Math.round(performance.now() - this.#started),
    };
  }
}

function noProgress(attempt: number): End {
  return {
    outcome: RunOutcome.FAILED,
    error: {
      code: 'sandbox.no_progress',
      message: `attempt ${String(attempt)} begins again without progress since the first; save checkpoints, so that a run can go on where it ended`,
    },
  };
}

/** Failures of the plugin end the run; anything else is ours, and the attempt is repeated. */
function endOf(error: unknown): End | undefined {
  if (error instanceof CapabilityDeniedError)
    return { outcome: RunOutcome.FAILED, error: { code: error.code, message: error.message } };
  if (error instanceof Error && 'code' in error && error.code === 'items.frame_format')
    return {
      outcome: RunOutcome.FAILED,
      error: { code: 'sandbox.frame_format', message: error.message },
    };
  if (!(error instanceof SandboxError)) return undefined;
  const { code, message, stack, status, retryAfterMs } = error.failure;
  if ((status === 429 || status === 503) && retryAfterMs !== undefined)
    return { outcome: RunOutcome.PARKED, retryAfterMs };
  return {
    outcome: RunOutcome.FAILED,
    error: { code, message, ...(stack === undefined ? {} : { stack }) },
  };
}
