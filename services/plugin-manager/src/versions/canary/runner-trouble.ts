import type { RunnerView } from '../../fleet/runner-view.ts';
import type { Canary, CanaryReason } from './canary.ts';

export interface RunnerTroubleParts {
  /** The runners as they are. */
  readonly runners: () => Promise<readonly RunnerView[]>;
  /** So long the runners of a version may take until one is ready. */
  readonly readyWithinMs: number;
  readonly now?: () => number;
}

interface Waiting {
  /** Of the trial: another one of the same version begins anew. */
  readonly startedAt: string;
  readonly sinceMs: number;
}

/** Knows of versions that are tried out and have no runner that takes their runs: nothing would ever end under them. */
export class RunnerTrouble {
  readonly #parts: RunnerTroubleParts;
  readonly #waiting = new Map<string, Waiting>();

  constructor(parts: RunnerTroubleParts) {
    this.#parts = parts;
  }

  async of(pluginId: string, canary: Canary): Promise<CanaryReason | undefined> {
    const runners = await this.#parts.runners();
    const own = runners.find(
      ({ plugin_id: plugin, version, lane }) =>
        plugin === pluginId && version === canary.version && lane === 'canary',
    );
    if (own?.state === 'crashed') {
      const fault = own.last_fault ?? 'no reason is known';
      return {
        code: 'canary.runners_crashed',
        reason: `its runners end by themselves: ${fault}; look at their log`,
      };
    }
    const isWaiting = own !== undefined && own.wanted > 0 && own.ready === 0;
    return isWaiting ? this.#overdue(pluginId, canary, own) : this.forget(pluginId);
  }

  forget(pluginId: string): undefined {
    this.#waiting.delete(pluginId);
  }

  #overdue(
    pluginId: string,
    { startedAt }: Canary,
    { last_fault: fault }: RunnerView,
  ): CanaryReason | undefined {
    const { readyWithinMs, now = Date.now } = this.#parts;
    const known = this.#waiting.get(pluginId);
    const waiting = known?.startedAt === startedAt ? known : { startedAt, sinceMs: now() };
    this.#waiting.set(pluginId, waiting);
    if (now() - waiting.sinceMs < readyWithinMs) return undefined;
    const why = fault === null ? '' : ` (${fault})`;
    return {
      code: 'canary.runners_not_ready',
      reason: `none of its runners was ready within ${String(readyWithinMs / 1000)} s${why}; mend what keeps them from it, or give them more time with CANARY_READY_SECONDS, and try it out again`,
    };
  }
}
