import type { EventOf } from '@made-open/bus';
import { ProviderSlotChangedSchema } from '@made-open/contracts';
import { OnEvents } from '@made-open/nest';
import { Controller, Inject } from '@nestjs/common';
import { ProviderSlots } from './provider-slots.ts';

/** Keeps the gateway's own picture of the slots. */
@Controller()
export class SlotsConsumer {
  constructor(@Inject(ProviderSlots) private readonly slots: ProviderSlots) {}

  @OnEvents(ProviderSlotChangedSchema)
  async changed(events: readonly EventOf<typeof ProviderSlotChangedSchema>[]): Promise<void> {
    for (const { message } of events) await this.slots.apply(message);
  }
}
