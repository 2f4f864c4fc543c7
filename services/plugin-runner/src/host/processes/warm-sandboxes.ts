import type { ChildProcess } from 'node:child_process';
import type { SandboxCode } from '../../sandbox/sandbox-limits.ts';
import { SandboxProcess } from './sandbox-process.ts';

/** Sandbox processes of one plugin version: each run gets its own, and the next one is ready before it is asked for. */
export class WarmSandboxes {
  readonly #code: SandboxCode;
  readonly #spawn: () => ChildProcess;
  readonly #running = new Set<SandboxProcess>();
  #spare: SandboxProcess | undefined;
  #stopped = false;

  constructor(code: SandboxCode, spawn: () => ChildProcess) {
    this.#code = code;
    this.#spawn = spawn;
  }

  get count(): number {
    return this.#running.size;
  }

  /** Makes a spare one ready. */
  warm(): void {
    if (!this.#stopped) this.#spare ??= new SandboxProcess(this.#code, this.#spawn);
  }

  /** A process that no plugin code has run in. */
  take(): SandboxProcess {
    // One that died while it waited is replaced now, not in a loop.
    const spare = this.#spare?.failure === undefined ? this.#spare : undefined;
    this.#spare = undefined;
    const sandbox = spare ?? new SandboxProcess(this.#code, this.#spawn);
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
