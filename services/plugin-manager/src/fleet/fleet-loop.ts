import type { Logger } from '@made-open/nest';

/** What to do next for a key: look again after this time, or only when something changes. */
export interface Again {
  readonly againInMs?: number | undefined;
}

export interface FleetLoopParts {
  readonly reconcile: (key: string) => Promise<Again>;
  /** Every key that there is or was. */
  readonly keys: () => Promise<readonly string[]>;
  readonly logger: Logger;
}

const resyncMs = 5000;
const faultPauseMs = 1000;

interface Entry {
  isRunning: boolean;
  /** Something changed while it was looked at. */
  isDirty: boolean;
  timer: NodeJS.Timeout | undefined;
}

/** Reconciles keys side by side, each one at a time; all of them now and then, so that a lost hint does no harm. */
export class FleetLoop {
  readonly #parts: FleetLoopParts;
  readonly #entries = new Map<string, Entry>();
  readonly #work = new Set<Promise<void>>();
  #resync: NodeJS.Timeout | undefined;
  #isStopped = false;

  constructor(parts: FleetLoopParts) {
    this.#parts = parts;
  }

  start(): void {
    if (this.#isStopped) return;
    this.#resync = setInterval(() => this.kickAll(), resyncMs);
    this.kickAll();
  }

  /** Something may have changed for this key. */
  kick(key: string): void {
    if (this.#isStopped) return;
    const entry = this.#entries.get(key) ?? { isRunning: false, isDirty: false, timer: undefined };
    this.#entries.set(key, entry);
    clearTimeout(entry.timer);
    if (entry.isRunning) entry.isDirty = true;
    else this.#track(this.#run(key, entry));
  }

  kickAll(): void {
    this.#track(this.#kickKnown());
  }

  /** Starts nothing more and waits for what is under way. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    clearInterval(this.#resync);
    for (const { timer } of this.#entries.values()) clearTimeout(timer);
    while (this.#work.size > 0) await Promise.all(this.#work);
  }

  async #kickKnown(): Promise<void> {
    try {
      for (const key of await this.#parts.keys()) this.kick(key);
    } catch (error) {
      this.#parts.logger.warn('the fleet could not be listed', { error });
    }
  }

  async #run(key: string, entry: Entry): Promise<void> {
    entry.isRunning = true;
    entry.isDirty = false;
    const { againInMs } = await this.#parts.reconcile(key).catch((error: unknown): Again => {
      this.#parts.logger.warn('a runner could not be brought in order', { pluginId: key, error });
      return { againInMs: faultPauseMs };
    });
    entry.isRunning = false;
    if (this.#isStopped) return;
    if (entry.isDirty) this.kick(key);
    else if (againInMs === undefined) this.#entries.delete(key);
    else entry.timer = setTimeout(() => this.kick(key), againInMs);
  }

  #track(work: Promise<void>): void {
    const tracked = work.finally(() => this.#work.delete(tracked));
    this.#work.add(tracked);
  }
}
