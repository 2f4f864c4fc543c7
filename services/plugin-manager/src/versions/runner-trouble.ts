import type { RunnerView } from '../fleet/runner-view.ts';
import type { Canary, CanaryReason } from './canary.ts';

export interface RunnerTroubleParts {
  /** The runners as they are. */
  readonly runners: () => Promise<readonly RunnerView[]>;
  /** So long the runners of a version may take until one is ready. */
  readonly readyWithinMs: number;
  readonly now?: () => number;
}

interface Waiting {
  readonly version: string;
  readonly sinceMs: number;
}

/** Knows of versions that are tried out and have no runner that takes their runs: nothing would ever end under them. */
export class RunnerTrouble {
  readonly #parts: RunnerTroubleParts;
  readonly #waiting = new Map<string, Waiting>();

  constructor(parts: RunnerTroubleParts) {
    this.#parts = parts;
  }

  async of(pluginId: string, { version }: Canary): Promise<CanaryReason | undefined> {
    const runners = await this.#parts.runners();
    const own = runners.find((set) => set.plugin_id === pluginId && set.version === version);
    if (own?.state === 'crashed') {
      const fault = own.last_fault ?? 'no reason is known';
      return {
        code: 'canary.runners_crashed',
        reason: `its runners end by themselves: ${fault}; look at their log`,
      };
    }
    const isWaiting = own !== undefined && own.wanted > 0 && own.ready === 0;
    return isWaiting ? this.#overdue(pluginId, own) : this.forget(pluginId);
  }

  forget(pluginId: string): undefined {
    this.#waiting.delete(pluginId);
  }

  #overdue(pluginId: string, { version, last_fault: fault }: RunnerView): CanaryReason | undefined {
    const { readyWithinMs, now = Date.now } = this.#parts;
    const known = this.#waiting.get(pluginId);
    const waiting = known?.version === version ? known : { version, sinceMs: now() };
    this.#waiting.set(pluginId, waiting);
    if (now() - waiting.sinceMs < readyWithinMs) return undefined;
    const why = fault === null ? '' : ` (${fault})`;
    return {
      code: 'canary.runners_not_ready',
      reason: `none of its runners was ready within ${String(readyWithinMs / 1000)} s${why}; mend what keeps them from it, or give them more time with CANARY_READY_SECONDS, and try it out again`,
    };
  }
}
