import { EntityService, RunnerService, type ListStoredRawResponse } from '@made-open/contracts';
import { SupersededRunnerError } from '../errors.ts';
import type { SandboxProcess } from '../host/processes/sandbox-process.ts';
import { RunWork, type WorkParts } from '../runs/run-work.ts';
import type { Runner, RunSync } from '../runs/runner.ts';
import { RemapHost } from './remap-host.ts';

/** Maps again what is stored: `mapToUnifiedModel` over the raw of every entity, without config, network or data of others. */
export class RemapWork extends RunWork {
  readonly #runner: Runner;
  readonly #command: RunSync;
  readonly #attempt: number;
  override readonly remedy = 'see that mapToUnifiedModel gets through 500 items in a few seconds';
  override readonly isFullPass = false;
  override readonly httpCalls = 0;

  constructor(runner: Runner, command: RunSync, attempt: number) {
    super();
    this.#runner = runner;
    this.#command = command;
    this.#attempt = attempt;
  }

  override async hasProgress(): Promise<boolean> {
    // What a runner that is about to be replaced makes of it says nothing of the next one.
    await this.prepare();
    const { checkpointEpoch } = await this.#page('', this.#runner.stopping);
    return checkpointEpoch === this.#command.epoch;
  }

  /** The mapping of the active version is wanted: the runner that is about to replace this one takes the run. */
  override async prepare(): Promise<void> {
    const { bus, token, version, stopping } = this.#runner;
    const { superseded } = await bus.call(
      RunnerService.method.getAssignment,
      { version },
      { parameters: { plugin: token }, signal: stopping },
    );
    if (superseded) throw new SupersededRunnerError(version);
  }

  override begin(sandbox: SandboxProcess, { logs, signal }: WorkParts): void {
    const host = new RemapHost({
      page: (cursor) => this.#page(cursor, signal),
      signal,
      onLog: (level, message, fields) => logs.write(level, message, fields),
    });
    sandbox.start({}, host, 'remap');
  }

  override close(): void {
    // It holds nothing.
  }

  #page(cursor: string, signal: AbortSignal): Promise<ListStoredRawResponse> {
    const { bus, token, version: pluginVersion } = this.#runner;
    const { connectionId, runId, epoch } = this.#command;
    return bus.call(
      EntityService.method.listStoredRaw,
      { connectionId, runId, epoch, attempt: this.#attempt, cursor, pluginVersion },
      { parameters: { plugin: token }, signal, timeoutMs: 15_000 },
    );
  }
}
