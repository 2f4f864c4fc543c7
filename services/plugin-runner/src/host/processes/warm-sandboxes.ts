import type { ChildProcess } from 'node:child_process';
import type { SandboxCode } from '../../sandbox/sandbox-limits.ts';
import { KeptSandboxes } from './kept-sandboxes.ts';
import { SandboxProcess } from './sandbox-process.ts';

/**
 * Sandbox processes of one plugin version: each run gets its own, and the next one is ready before it is asked for. Short calls
 * of one connection come into the same ones, each in a fresh isolate; those of another connection never do.
 */
export class WarmSandboxes {
  readonly #code: SandboxCode;
  readonly #spawn: () => ChildProcess;
  readonly #most: number;
  readonly #living = new Set<SandboxProcess>();
  readonly #inUse = new Set<SandboxProcess>();
  readonly #kept = new KeptSandboxes();
  #spare: SandboxProcess | undefined;
  #stopped = false;

  /** Beside those in use others wait for short calls, but not more than `most` together: the memory of a pod is meant for so many. */
  constructor(code: SandboxCode, spawn: () => ChildProcess, most: number) {
    this.#code = code;
    this.#spawn = spawn;
    this.#most = most;
  }

  get count(): number {
    return this.#inUse.size;
  }

  /** Makes a spare one ready. */
  warm(): void {
    if (!this.#stopped) this.#spare ??= this.#start();
  }

  /** A process that no plugin code has run in, or one that had calls of this connection alone. */
  take(connectionId?: string): SandboxProcess {
    const kept = connectionId === undefined ? undefined : this.#kept.take(connectionId);
    const sandbox = kept ?? this.#takeSpare();
    this.#inUse.add(sandbox);
    this.#shrink();
    return sandbox;
  }

  /** Behind a call that ended well: the process waits for the next one of the connection. */
  giveBack(sandbox: SandboxProcess, connectionId: string): void {
    this.#inUse.delete(sandbox);
    if (this.#stopped) sandbox.dispose();
    else this.#kept.keep(connectionId, sandbox);
    this.#shrink();
  }

  /** Resolves when each that was given back can be taken again, or has ended. */
  async atRest(): Promise<void> {
    await this.#kept.atRest();
  }

  /** Ends those that wait; sandboxes of runs are ended by their runs. */
  async stop(): Promise<void> {
    this.#stopped = true;
    this.#spare?.dispose();
    this.#kept.end();
    await Promise.all([...this.#living].map((sandbox) => sandbox.exited));
  }

  #shrink(): void {
    this.#kept.shrinkTo(Math.max(0, this.#most - this.#inUse.size));
  }

  #takeSpare(): SandboxProcess {
    // One that died while it waited is replaced now, not in a loop.
    const spare = this.#spare?.failure === undefined ? this.#spare : undefined;
    this.#spare = undefined;
    const sandbox = spare ?? this.#start();
    this.warm();
    return sandbox;
  }

  #start(): SandboxProcess {
    const sandbox = new SandboxProcess(this.#code, this.#spawn);
    this.#living.add(sandbox);
    void this.#forget(sandbox);
    return sandbox;
  }

  async #forget(sandbox: SandboxProcess): Promise<void> {
    await sandbox.exited;
    this.#living.delete(sandbox);
    this.#inUse.delete(sandbox);
  }
}
