import type { SandboxProcess } from './sandbox-process.ts';

interface Kept {
  readonly connectionId: string;
  readonly sandbox: SandboxProcess;
  timer: NodeJS.Timeout;
  isReady: boolean;
  renewal: Promise<void>;
}

const keptMs = 15_000;
/** Code that goes on behind the end of its call ends with its process. */
const restMs = 500;
/** What leaks bit by bit goes with the process. */
const maxUses = 500;

/** Processes that wait a while for the next short call of the connection that they belong to. */
export class KeptSandboxes {
  /** The one that has waited longest first. */
  #kept: Kept[] = [];

  /** One of this connection, if there is any. */
  take(connectionId: string): SandboxProcess | undefined {
    for (;;) {
      const kept = this.#kept.findLast(
        (each) => each.isReady && each.connectionId === connectionId,
      );
      if (kept === undefined) return undefined;
      this.#release(kept);
      if (kept.sandbox.failure === undefined) return kept.sandbox;
    }
  }

  /** Behind a call that ended well. */
  keep(connectionId: string, sandbox: SandboxProcess): void {
    if (sandbox.failure !== undefined || sandbox.uses >= maxUses) {
      sandbox.dispose();
      return;
    }
    const timer = setTimeout(() => this.#end(kept), restMs);
    const kept = { connectionId, sandbox, timer, isReady: false, renewal: Promise.resolve() };
    this.#kept.push(kept);
    kept.renewal = this.#renew(kept);
  }

  /** Ends those that have waited longest, until no more than this are left. */
  shrinkTo(count: number): void {
    for (const kept of this.#kept.slice(0, Math.max(0, this.#kept.length - count))) this.#end(kept);
  }

  async atRest(): Promise<void> {
    await Promise.all(this.#kept.map(({ renewal }) => renewal));
  }

  end(): void {
    for (const kept of this.#kept) this.#end(kept);
  }

  async #renew(kept: Kept): Promise<void> {
    try {
      await kept.sandbox.renew();
      clearTimeout(kept.timer);
      kept.timer = setTimeout(() => this.#end(kept), keptMs);
      kept.isReady = true;
    } catch {
      this.#release(kept);
    }
  }

  #end(kept: Kept): void {
    this.#release(kept);
    kept.sandbox.dispose();
  }

  #release(kept: Kept): void {
    clearTimeout(kept.timer);
    this.#kept = this.#kept.filter((each) => each !== kept);
  }
}
