import { Effect, type Invoke } from '@made-open/contracts';
import type { Egress } from '@made-open/egress';
import { EffectGuard } from '../host/http/effect-guard.ts';
import type { PluginHost } from '../host/plugin-host.ts';
import type { SandboxProcess } from '../host/processes/sandbox-process.ts';
import type { Runner } from '../runs/runner.ts';
import type { RunSecrets } from '../runs/secrets/run-secrets.ts';
import { SyncWork } from '../runs/sync-work.ts';
import { InvocationHost } from './invocation-host.ts';
import { attachedFiles, invocationInput } from './invocation-input.ts';

/** One short call with all that a sync has, but for the right to save checkpoints. */
export class InvocationWork extends SyncWork {
  readonly #command: Invoke;
  readonly #onBegin: () => void;
  readonly #sendsByGet: boolean;
  #host: InvocationHost | undefined;
  #guard: EffectGuard | undefined;

  constructor(runner: Runner, command: Invoke, secrets: RunSecrets, onBegin: () => void) {
    const { connectionId, invocationId: runId, hasRequestBudget } = command;
    const source = { connectionId, runId, hasRequestBudget, epoch: 0 };
    super(runner, { command: source, attempt: command.try }, secrets);
    this.#command = command;
    this.#onBegin = onBegin;
    this.#sendsByGet = runner.assignment.manifest.channel?.sendsByGet === true;
  }

  get resultJson(): string {
    return this.#host?.resultJson ?? '';
  }

  /** What its requests may have done at the provider; only of sends is it known. */
  effect(hasFailed: boolean): Effect {
    return this.#guard?.effect(hasFailed) ?? Effect.NONE;
  }

  /** A send has asked somebody outside for something. */
  get hasReachedOut(): boolean {
    return this.#guard?.hasReachedOut ?? false;
  }

  protected override outward(egress: Egress): Pick<Egress, 'request'> {
    const { work } = this.#command;
    if (work.case !== 'message' && work.case !== 'call' && work.case !== 'fax') return egress;
    const { isIdempotent } = work.value;
    this.#guard = new EffectGuard(egress, { isIdempotent, sendsByGet: this.#sendsByGet });
    return this.#guard;
  }

  protected override get needsCredentials(): boolean {
    return this.#command.work.case !== 'webhook';
  }

  protected override attached(): ReadonlySet<string> {
    return attachedFiles(this.#command);
  }

  protected override start(
    sandbox: SandboxProcess,
    config: Readonly<Record<string, unknown>>,
    host: PluginHost,
  ): void {
    this.#host = new InvocationHost(host, {
      input: invocationInput(this.#command),
      onBegin: this.#onBegin,
    });
    sandbox.start(config, this.#host, 'invocation');
  }
}
