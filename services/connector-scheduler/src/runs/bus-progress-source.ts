import type { Bus } from '@made-open/bus';
import { EntityService } from '@made-open/contracts';
import type { RunProgress } from './run-event.ts';
import { ProgressSource } from './progress-source.ts';

/** etl, which commits the frames. */
export class BusProgressSource extends ProgressSource {
  readonly #bus: Pick<Bus, 'call'>;

  constructor(bus: Pick<Bus, 'call'>) {
    super();
    this.#bus = bus;
  }

  override progress(connectionId: string): Promise<RunProgress> {
    return this.#bus.call(EntityService.method.getRunProgress, { connectionId });
  }
}
