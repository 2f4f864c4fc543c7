import { busyPlugins, runnerQueue, type Bus, type RunnerQueue } from '@made-open/bus';
import type { RunnerLane } from '../../fleet/fleet-driver.ts';
import { WorkQueues } from './work-queues.ts';

export class BusWorkQueues extends WorkQueues {
  readonly #bus: Bus;

  constructor(bus: Bus) {
    super();
    this.#bus = bus;
  }

  override queue(pluginId: string, lane: RunnerLane): Promise<RunnerQueue> {
    return runnerQueue(this.#bus.connection, pluginId, lane);
  }

  override busy(): Promise<ReadonlySet<string>> {
    return busyPlugins(this.#bus.connection);
  }
}
