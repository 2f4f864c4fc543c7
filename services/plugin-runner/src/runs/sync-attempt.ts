import type { MessageShape } from '@bufbuild/protobuf';
import { describeError, type Bus } from '@made-open/bus';
import { EntityService, RunOutcome, type RunSyncSchema } from '@made-open/contracts';
import { Egress } from '@made-open/egress';
import type { Logger } from '@made-open/nest';
import { setTimeout as delay } from 'node:timers/promises';
import type { Assignment } from '../assignment/assignment.ts';
import { ConfigUnavailableError } from '../errors.ts';
import { BusPlatformData } from '../host/bus-platform-data.ts';
import { PluginHost } from '../host/plugin-host.ts';
import { LiveToken, type AccessToken } from '../host/live-token.ts';
import { redactor } from '../host/redact.ts';
import { secretGuard } from '../host/secret-guard.ts';
import type { SandboxProcess } from '../host/sandbox-process.ts';
import type { WarmSandboxes } from '../host/warm-sandboxes.ts';
import { checkRecords } from './check-records.ts';
import type { CrashBreaker } from './crash-breaker.ts';
import { FramePublisher } from './frame-publisher.ts';
import { completed, endOf, failed, sliced, type End } from './run-end.ts';
import { RunLogs } from './run-logs.ts';
import { SliceUsage, type SliceLimits } from './slice.ts';
import { defaultLimits } from '../sandbox/sandbox-limits.ts';
import type { DeliveredConfig, WalletClient } from './wallet-client.ts';

export type RunSync = MessageShape<typeof RunSyncSchema>;

/** What all runs of a runner share. */
export interface Runner {
  readonly bus: Pick<Bus, 'call' | 'publishRaw' | 'newInbox'>;
  readonly logger: Logger;
  readonly token: string;
  readonly version: string;
  readonly wallet: Pick<WalletClient, 'config'>;
  readonly assignment: Assignment;
  readonly sandboxes: WarmSandboxes;
  readonly breaker: CrashBreaker;
  readonly slice: SliceLimits;
  /** Aborted when the runner is to end. */
  readonly stopping: AbortSignal;
}

interface Result {
  readonly end: End;
  readonly fullPass: boolean;
  readonly usage: object;
}

const frameSize = { maxItems: 500, maxSize: 256 * 1024 };
const maxAttempts = 3;
const configWithinMs = 60_000;
const configPauseMs = 1000;
const runEnded = new Error('the run has ended');
const unchanged = (text: string): string => text;
const tooManyEvents = failed(
  'sandbox.event_limit',
  `a run may emit ${String(defaultLimits.eventsPerRun)} events; yield items instead, whose events the platform makes`,
);

/** Carries out one sync: config, sandbox, frames, end. Every outcome leaves as the last frame. */
export class SyncAttempt {
  readonly #runner: Runner;
  readonly #command: RunSync;
  readonly #attempt: number;
  readonly #usage = new SliceUsage();
  readonly #started = performance.now();
  #sandbox: SandboxProcess | undefined;
  #logs: RunLogs | undefined;
  #guard: (records: Uint8Array) => void = () => undefined;
  #redact: (text: string) => string = unchanged;

  constructor(runner: Runner, command: RunSync, attempt: number) {
    this.#runner = runner;
    this.#command = command;
    this.#attempt = attempt;
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
      // Behind the end: nothing waits for a log.
      await this.#logs?.close(this.#runner.stopping);
    }
  }

  async #untilCommitted(): Promise<End> {
    const { bus, token, version, stopping } = this.#runner;
    const { runId, epoch, connectionId, slice, trigger } = this.#command;
    const origin = { token, connectionId, runId, epoch, attempt: this.#attempt };
    const frames = new FramePublisher(bus, origin, stopping);
    await frames.publish({ case: 'begin', value: { pluginVersion: version, slice, trigger } });
    const { end, fullPass, usage } = await this.#result(frames);
    stopping.throwIfAborted();
    await frames.end({ case: 'end', value: { ...end, fullPass, usage } });
    return end;
  }

  async #result(frames: FramePublisher): Promise<Result> {
    const refused = await this.#refusal();
    if (refused !== undefined) return { end: refused, fullPass: false, usage: {} };
    try {
      return await this.#carryOut(frames, await this.#config());
    } catch (error) {
      const end = this.#runner.stopping.aborted ? undefined : endOf(error, unchanged);
      if (end === undefined) throw error;
      return { end, fullPass: false, usage: {} };
    }
  }

  /** Why the sandbox is not even started. */
  async #refusal(): Promise<End | undefined> {
    if (this.#attempt > maxAttempts && !(await this.#hasProgress()))
      return failed(
        'sandbox.no_progress',
        `${String(this.#attempt - 1)} attempts ended before the run did, and none of them left a checkpoint; call context.checkpoint.save, so that a run goes on where it was`,
      );
    const { waitMs } = this.#runner.breaker;
    if (waitMs === 0) return undefined;
    return failed(
      'sandbox.circuit_open',
      `the plugin brought its sandbox down several times in a row; it is left alone for ${String(Math.ceil(waitMs / 1000))} s`,
    );
  }

  async #hasProgress(): Promise<boolean> {
    const { bus, token, stopping } = this.#runner;
    const { connectionId } = this.#command;
    const { epoch } = await bus.call(
      EntityService.method.getCheckpoint,
      { connectionId },
      { parameters: { plugin: token }, signal: stopping },
    );
    return epoch === this.#command.epoch;
  }

  /** Waits a while for a wallet that is away; then the run ends, and is retried by the scheduler. */
  async #config(): Promise<DeliveredConfig> {
    const { wallet, stopping } = this.#runner;
    const { connectionId, runId } = this.#command;
    for (;;) {
      try {
        return await wallet.config(connectionId, runId, { signal: stopping });
      } catch (error) {
        stopping.throwIfAborted();
        if (describeError(error).retry === 'never') throw error;
        if (performance.now() - this.#started > configWithinMs)
          throw new ConfigUnavailableError({ cause: error });
        await delay(configPauseMs, undefined, { signal: stopping });
      }
    }
  }

  async #carryOut(frames: FramePublisher, delivered: DeliveredConfig): Promise<Result> {
    const { config, token: accessToken } = delivered;
    const { assignment, bus, token, logger, sandboxes, breaker, stopping } = this.#runner;
    // A signal that was aborted before anyone listens to it says nothing.
    stopping.throwIfAborted();
    const { connectionId, runId } = this.#command;
    this.#learn(config);
    const redact = (text: string): string => this.#redact(text);
    const logs = new RunLogs(bus, token, { runId, connectionId }, redact);
    this.#logs = logs;
    const egress = new Egress({ grants: assignment.grants, overrides: assignment.overrides });
    const ended = new AbortController();
    const host = new PluginHost({
      runId,
      grants: assignment.grants,
      egress,
      data: new BusPlatformData(bus, token, connectionId),
      signal: ended.signal,
      token: accessToken && this.#liveToken(accessToken, ended.signal),
      onLog: (level, message, fields) => logs.write(level, message, fields),
      onDenied: (code) => logger.warn('permission denied', { runId, connectionId, code }),
    });
    const sandbox = sandboxes.take();
    this.#sandbox = sandbox;
    const abort = (): void => {
      ended.abort(stopping.reason);
      sandbox.abort();
    };
    stopping.addEventListener('abort', abort, { once: true });
    // It may be killed while nobody pulls.
    void sandbox.exited.then(() => ended.abort(runEnded));
    try {
      sandbox.start(config, host);
      const end = await this.#pump(sandbox, frames, redact);
      breaker.record(end.error?.code);
      return {
        end,
        fullPass: end.outcome === RunOutcome.COMPLETED && !host.isPartial,
        usage: this.#used(host, logs),
      };
    } finally {
      stopping.removeEventListener('abort', abort);
      sandbox.dispose();
      ended.abort(runEnded);
      egress.close();
    }
  }

  /** Values that must not show: of the config, and of each token that came later. */
  #learn(config: Readonly<Record<string, unknown>>): void {
    const [redact, guard] = [this.#redact, this.#guard];
    const more = redactor(config);
    const further = secretGuard(this.#runner.assignment.manifest.configSchema, config);
    this.#redact = (text) => more(redact(text));
    this.#guard = (records) => {
      guard(records);
      further(records);
    };
  }

  #liveToken(first: AccessToken, signal: AbortSignal): LiveToken {
    const { connectionId, runId } = this.#command;
    return new LiveToken(first, async (rejectedToken) => {
      const { config, token } = await this.#runner.wallet.config(connectionId, runId, {
        signal,
        rejectedToken,
      });
      this.#learn(config);
      return token ?? first;
    });
  }

  async #pump(
    sandbox: SandboxProcess,
    frames: FramePublisher,
    redact: (text: string) => string,
  ): Promise<End> {
    try {
      for (;;) {
        const end = await this.#step(sandbox, frames);
        if (end !== undefined) return end;
      }
    } catch (error) {
      this.#runner.stopping.throwIfAborted();
      const end = endOf(error, redact);
      if (end === undefined) throw error;
      return end;
    }
  }

  /** One frame from the sandbox to the stream; says how the run ends when it does. */
  async #step(sandbox: SandboxProcess, frames: FramePublisher): Promise<End | undefined> {
    const since = performance.now();
    const { records, done } = await sandbox.pullFrame(frameSize);
    this.#usage.pluginMs += performance.now() - since;
    if (done) return completed;
    if (records === undefined) return undefined;
    const summary = checkRecords(records, this.#runner.assignment.grants);
    this.#guard(records);
    this.#usage.add({ ...summary, bytes: records.byteLength });
    for (const reason of summary.refusals)
      this.#logs?.write('warn', 'an item went to quarantine', JSON.stringify({ reason }));
    if (this.#usage.events > defaultLimits.eventsPerRun) return tooManyEvents;
    await frames.publish({ case: 'records', value: records });
    const { slice } = this.#runner;
    if (summary.hasCheckpoint && this.#usage.isFull(slice)) return sliced;
    return this.#usage.isStuck(slice) ? stuck(slice) : undefined;
  }

  #used(host: PluginHost, logs: RunLogs): object {
    const { items, bytes, events } = this.#usage;
    return {
      items,
      bytes,
      events,
      httpCalls: host.httpCalls,
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
