import type { Bus } from '@made-open/bus';
import { SchedulerService } from '@made-open/contracts';
import { DueRuns } from './due-runs.ts';

export class BusDueRuns extends DueRuns {
  readonly #bus: Bus;

  constructor(bus: Bus) {
    super();
    this.#bus = bus;
  }

  override async within(seconds: number): Promise<ReadonlyMap<string, number>> {
    const { dueRuns } = await this.#bus.call(SchedulerService.method.listDueRuns, {
      withinSeconds: seconds,
    });
    return new Map(dueRuns.map(({ pluginId, dueInMs }) => [pluginId, dueInMs]));
  }
}
