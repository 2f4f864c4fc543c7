import { describeError } from '@made-open/bus';
import { EntityService, SchedulerService } from '@made-open/contracts';
import { Egress } from '@made-open/egress';
import { checkpointVersions } from '@made-open/manifest';
import { setTimeout as delay } from 'node:timers/promises';
import { ConfigUnavailableError } from '../errors.ts';
import { BusPlatformFiles } from '../host/files/bus-platform-files.ts';
import { BusPlatformData } from '../host/bus-platform-data.ts';
import { ManifestAuth } from '../host/credentials/manifest-auth.ts';
import type { PlatformFiles } from '../host/files/platform-files.ts';
import { LiveToken, type AccessToken } from '../host/secrets/live-token.ts';
import { PluginHost } from '../host/plugin-host.ts';
import { RequestBudget } from '../host/http/request-budget.ts';
import type { SandboxProcess } from '../host/processes/sandbox-process.ts';
import type { RunSecrets } from './secrets/run-secrets.ts';
import { RunWork, type WorkParts } from './run-work.ts';
import type { Runner, RunSync } from './runner.ts';
import type { DeliveredConfig } from './secrets/wallet-client.ts';

const configWithinMs = 60_000;
const configPauseMs = 1000;

/** What the source is asked for. */
export type SourceRun = Pick<RunSync, 'connectionId' | 'runId' | 'epoch' | 'hasRequestBudget'>;

/** Draws from the source: `sync` with the connection's config, under its grants. */
export class SyncWork extends RunWork {
  readonly #runner: Runner;
  readonly #command: SourceRun;
  readonly #attempt: number;
  readonly #secrets: RunSecrets;
  override readonly remedy = 'call context.checkpoint.save, so that a run goes on where it was';
  #delivered: DeliveredConfig = { config: {}, token: undefined };
  #egress: Egress | undefined;
  #host: PluginHost | undefined;
  #token: LiveToken | undefined;

  constructor(
    runner: Runner,
    { command, attempt }: { command: SourceRun; attempt: number },
    secrets: RunSecrets,
  ) {
    super();
    this.#runner = runner;
    this.#command = command;
    this.#attempt = attempt;
    this.#secrets = secrets;
  }

  override get isFullPass(): boolean {
    return this.#host?.isPartial === false;
  }

  override get httpCalls(): number {
    return this.#host?.httpCalls ?? 0;
  }

  override takeFileBytes(): number {
    return this.#host?.takeFileBytes() ?? 0;
  }

  override get refusal(): unknown {
    return this.#token?.refusal;
  }

  override async hasProgress(): Promise<boolean> {
    const { bus, token, stopping } = this.#runner;
    const { connectionId } = this.#command;
    const { epoch } = await bus.call(
      EntityService.method.getCheckpoint,
      { connectionId },
      { parameters: { plugin: token }, signal: stopping },
    );
    return epoch === this.#command.epoch;
  }

  override async prepare(): Promise<void> {
    this.#delivered = await this.#config();
    this.#secrets.learn(this.#delivered.config);
  }

  override begin(sandbox: SandboxProcess, { logs, signal }: WorkParts): void {
    const { assignment, bus, token, logger, egressProxy: proxy } = this.#runner;
    const { connectionId, runId, hasRequestBudget } = this.#command;
    const { token: accessToken } = this.#delivered;
    const { grants, overrides } = assignment;
    this.#egress = new Egress({ grants, overrides, proxy });
    const auth = this.#auth(this.#egress, signal);
    this.#token = accessToken && this.#liveToken(accessToken, signal);
    this.#host = new PluginHost({
      runId,
      grants: assignment.grants,
      egress: this.outward(this.#egress),
      data: new BusPlatformData(bus, token, {
        connectionId,
        checkpoints: checkpointVersions(assignment.manifest),
      }),
      files: this.files(signal),
      signal,
      token: this.#token,
      auth,
      budget: hasRequestBudget ? this.#budget(signal) : undefined,
      onLog: (level, message, fields) => logs.write(level, message, fields),
      onDenied: (code) => logger.warn('permission denied', { runId, connectionId, code }),
    });
    this.start(sandbox, auth?.config ?? this.#delivered.config, this.#host);
  }

  /** Credentials of an HTTP manifest stay here: its sandbox has handles. */
  #auth(egress: Egress, signal: AbortSignal): ManifestAuth | undefined {
    const { assignment, accessTokens: tokens } = this.#runner;
    const { manifest } = assignment;
    if (manifest.runtime !== 'http') return undefined;
    const { connectionId } = this.#command;
    const { config } = this.#delivered;
    const { learn } = this.#secrets;
    const options = { manifest, config, connectionId, tokens, egress, learn, signal };
    const auth = new ManifestAuth(options);
    if (this.needsCredentials) auth.checkComplete();
    return auth;
  }

  /** Whether it asks somebody who wants to know who it is. */
  protected get needsCredentials(): boolean {
    return true;
  }

  /** Where files go that the plugin saves. */
  protected files(signal: AbortSignal): PlatformFiles {
    const { bus, fileParts, token } = this.#runner;
    const { connectionId, runId, epoch } = this.#command;
    const fence = { token, connectionId, runId, epoch, attempt: this.#attempt };
    const way = { bus, gate: fileParts, attached: this.attached() };
    return new BusPlatformFiles(way, fence, signal);
  }

  /** Ids of files that others may have saved and that go along with what is to be sent. */
  protected attached(): ReadonlySet<string> {
    return new Set();
  }

  /** What requests of the plugin go through. */
  protected outward(egress: Egress): Pick<Egress, 'request'> {
    return egress;
  }

  protected start(
    sandbox: SandboxProcess,
    config: Readonly<Record<string, unknown>>,
    host: PluginHost,
  ): void {
    sandbox.start(config, host);
  }

  override close(): void {
    this.#egress?.close();
  }

  /** Waits a while for a wallet that is away; then the run ends, and is retried by the scheduler. */
  async #config(): Promise<DeliveredConfig> {
    const { wallet, stopping } = this.#runner;
    const { connectionId, runId } = this.#command;
    const started = performance.now();
    for (;;) {
      try {
        return await wallet.config(connectionId, runId, { signal: stopping });
      } catch (error) {
        stopping.throwIfAborted();
        if (describeError(error).retry === 'never') throw error;
        if (performance.now() - started > configWithinMs)
          throw new ConfigUnavailableError({ cause: error });
        await delay(configPauseMs, undefined, { signal: stopping });
      }
    }
  }

  #budget(signal: AbortSignal): RequestBudget {
    const { bus, token } = this.#runner;
    const { connectionId } = this.#command;
    const ask = (wanted: number) =>
      bus.call(
        SchedulerService.method.takeRequests,
        { connectionId, wanted },
        { parameters: { plugin: token }, signal },
      );
    return new RequestBudget(ask, signal);
  }

  #liveToken(first: AccessToken, signal: AbortSignal): LiveToken {
    const { connectionId, runId } = this.#command;
    return new LiveToken(first, async (rejectedToken) => {
      const { config, token } = await this.#runner.wallet.config(connectionId, runId, {
        signal,
        rejectedToken,
      });
      this.#secrets.learn(config);
      return token ?? first;
    });
  }
}
