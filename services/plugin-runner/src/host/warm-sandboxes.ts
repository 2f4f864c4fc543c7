import type { SandboxCode } from '../sandbox/sandbox-limits.ts';
import type { Confinement } from './sandbox-command.ts';
import { SandboxProcess } from './sandbox-process.ts';

/** Sandbox processes of one plugin version: each run gets its own, and the next one is ready before it is asked for. */
export class WarmSandboxes {
  readonly #code: SandboxCode;
  readonly #confinement: Confinement;
  readonly #running = new Set<SandboxProcess>();
  #spare: SandboxProcess | undefined;
  #stopped = false;

  constructor(code: SandboxCode, confinement: Confinement) {
    this.#code = code;
    this.#confinement = confinement;
  }

  get count(): number {
    return this.#running.size;
  }

  /** Makes a spare one ready. */
  warm(): void {
    if (!this.#stopped) this.#spare ??= new SandboxProcess(this.#code, this.#confinement);
  }

  /** A process that no plugin code has run in. */
  take(): SandboxProcess {
    // One that died while it waited is replaced now, not in a loop.
    const spare = this.#spare?.failure === undefined ? this.#spare : undefined;
    this.#spare = undefined;
    const sandbox = spare ?? new SandboxProcess(this.#code, this.#confinement);
    this.#running.add(sandbox);
    void sandbox.exited.then(() => this.#running.delete(sandbox));
    this.warm();
    return sandbox;
  }

  /** Ends the spare; sandboxes of runs are ended by their runs. */
  async stop(): Promise<void> {
    this.#stopped = true;
    const spare = this.#spare;
    spare?.dispose();
    await Promise.all([spare?.exited, ...[...this.#running].map((sandbox) => sandbox.exited)]);
  }
}
