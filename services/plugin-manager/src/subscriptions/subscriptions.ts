import type { Bus } from '@made-open/bus';
import { SchedulerService, type Subscription } from '@made-open/contracts';

const { listSubscriptions } = SchedulerService.method;

/** What connector-scheduler knows of subscriptions at sources. */
export class Subscriptions {
  readonly #bus: Pick<Bus, 'call'>;

  constructor(bus: Pick<Bus, 'call'>) {
    this.#bus = bus;
  }

  async list(connectionId: string): Promise<readonly Subscription[]> {
    return (await this.#bus.call(listSubscriptions, { connectionId })).subscriptions;
  }
}
