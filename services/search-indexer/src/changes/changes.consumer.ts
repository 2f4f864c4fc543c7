import type { EventOf } from '@made-open/bus';
import { OnEvents } from '@made-open/nest';
import { Controller, Inject } from '@nestjs/common';
import { InvalidChangeError } from '../errors.ts';
import { changeOf, changeSchemas, type ChangeSchema } from './change-of.ts';
import { ChangeQueue } from './change-queue.ts';

/** Follows the changes of entities; a batch is acknowledged once the index has it. */
@Controller()
export class ChangesConsumer {
  constructor(@Inject(ChangeQueue) private readonly queue: ChangeQueue) {}

  // Several at a time, to be merged; their order does not matter, since versions decide.
  @OnEvents(changeSchemas, { concurrency: 8 })
  async changed(events: readonly EventOf<ChangeSchema>[]): Promise<void> {
    const changes = events.map(({ message }) => changeOf(message));
    const known = changes.filter((change) => change !== undefined);
    await this.queue.write(known);
    if (known.length < changes.length) throw new InvalidChangeError(changes.length - known.length);
  }
}
