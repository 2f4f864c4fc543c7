import type { Logger } from '@made-open/nest';
import { RepeatedLook } from '../../repeated-look.ts';
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
  readonly #looks: RepeatedLook;
  #dueAtMs: ReadonlyMap<string, number> = new Map();

  constructor(parts: DueWatchParts) {
    this.#parts = parts;
    const { logger, everyMs = defaultEveryMs } = parts;
    this.#looks = new RepeatedLook(
      () => this.#look(),
      (error) => logger.warn('nobody can tell which runs are due', { error }),
      everyMs,
    );
  }

  start(): void {
    this.#looks.start();
  }

  stop(): Promise<void> {
    return this.#looks.stop();
  }

  /** Undefined when none is due soon, or nobody can tell. */
  dueInSeconds(pluginId: string): number | undefined {
    const atMs = this.#dueAtMs.get(pluginId);
    return atMs === undefined ? undefined : Math.max(atMs - this.#now(), 0) / 1000;
  }

  async #look(): Promise<void> {
    const { dueRuns, onDue } = this.#parts;
    try {
      const due = await dueRuns.within(prewarmSeconds);
      const now = this.#now();
      this.#dueAtMs = new Map([...due].map(([pluginId, inMs]) => [pluginId, now + inMs]));
      for (const pluginId of due.keys()) onDue(pluginId);
    } catch (error) {
      // Runs begin all the same, a little later.
      this.#dueAtMs = new Map();
      throw error;
    }
  }

  #now(): number {
    return (this.#parts.now ?? Date.now)();
  }
}
