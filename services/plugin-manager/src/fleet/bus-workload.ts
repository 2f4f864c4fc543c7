import { runnerBacklog, type Bus } from '@made-open/bus';
import { Workload } from './workload.ts';

export class BusWorkload extends Workload {
  readonly #bus: Bus;

  constructor(bus: Bus) {
    super();
    this.#bus = bus;
  }

  override waiting(pluginId: string): Promise<number> {
    return runnerBacklog(this.#bus.connection, pluginId);
  }
}
