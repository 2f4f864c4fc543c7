import type { EventOf } from '@made-open/bus';
import { FaxSentSchema, MessageSentSchema } from '@made-open/contracts';
import { OnEvents } from '@made-open/nest';
import { Controller, Inject } from '@nestjs/common';
import { StoreSentFax } from './store-sent-fax.ts';
import { StoreSentMessage } from './store-sent-message.ts';

/** Hears of what was sent through channels. */
@Controller()
export class CommunicationConsumer {
  constructor(
    @Inject(StoreSentMessage) private readonly messages: StoreSentMessage,
    @Inject(StoreSentFax) private readonly faxes: StoreSentFax,
  ) {}

  @OnEvents(MessageSentSchema)
  async sent(events: readonly EventOf<typeof MessageSentSchema>[]): Promise<void> {
    for (const { message } of events)
      if (message.message !== undefined) await this.messages.store(message.message);
  }

  @OnEvents(FaxSentSchema)
  async faxed(events: readonly EventOf<typeof FaxSentSchema>[]): Promise<void> {
    for (const { message } of events)
      if (message.fax !== undefined) await this.faxes.store(message.fax);
  }
}
