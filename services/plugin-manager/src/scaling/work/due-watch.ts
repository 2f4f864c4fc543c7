import type { Logger } from '@made-open/nest';
import { setTimeout as delay } from 'node:timers/promises';
import type { DueRuns } from './due-runs.ts';
import { prewarmSeconds } from '../scale.ts';

export interface DueWatchParts {
  readonly dueRuns: DueRuns;
  /** Hears of a plugin that should have a runner by now. */
  readonly onDue: (pluginId: string) => void;
  readonly logger: Logger;
  readonly now?: () => number;
  readonly everyMs?: number;
}

/** Twice before it matters. */
const defaultEveryMs = (prewarmSeconds * 1000) / 2;

/** Knows which plugins soon have a scheduled run. */
export class DueWatch {
  readonly #parts: DueWatchParts;
  readonly #end = new AbortController();
  #dueAtMs: ReadonlyMap<string, number> = new Map();
  #isFailing = false;
  #running: Promise<void> = Promise.resolve();

  constructor(parts: DueWatchParts) {
    this.#parts = parts;
  }

  start(): void {
    this.#running = this.#run();
  }

  async stop(): Promise<void> {
    this.#end.abort();
    await this.#running;
  }

  /** Undefined when none is due soon, or nobody can tell. */
  dueInSeconds(pluginId: string): number | undefined {
    const atMs = this.#dueAtMs.get(pluginId);
    return atMs === undefined ? undefined : Math.max(atMs - this.#now(), 0) / 1000;
  }

  async #run(): Promise<void> {
    const { signal } = this.#end;
    while (!signal.aborted) {
      await this.#look();
      const { everyMs = defaultEveryMs } = this.#parts;
      await delay(everyMs, undefined, { signal }).catch(() => undefined);
    }
  }

  async #look(): Promise<void> {
    const { dueRuns, onDue, logger } = this.#parts;
    try {
      const due = await dueRuns.within(prewarmSeconds);
      const now = this.#now();
      this.#dueAtMs = new Map([...due].map(([pluginId, inMs]) => [pluginId, now + inMs]));
      this.#isFailing = false;
      for (const pluginId of due.keys()) onDue(pluginId);
    } catch (error) {
      // Runs begin all the same, a little later.
      this.#dueAtMs = new Map();
      if (!this.#isFailing) logger.warn('nobody can tell which runs are due', { error });
      this.#isFailing = true;
    }
  }

  #now(): number {
    return (this.#parts.now ?? Date.now)();
  }
}
