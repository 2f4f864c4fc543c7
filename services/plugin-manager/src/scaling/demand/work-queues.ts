import type { RunnerQueue } from '@made-open/bus';
import type { RunnerLane } from '../../fleet/fleet-driver.ts';

/** What there is to do for the runners of plugins. */
export abstract class WorkQueues {
  abstract queue(pluginId: string, lane: RunnerLane): Promise<RunnerQueue>;
  /** Plugins with work that is not finished. */
  abstract busy(): Promise<ReadonlySet<string>>;
}
