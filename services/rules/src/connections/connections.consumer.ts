import type { EventOf } from '@made-open/bus';
import { ConnectionChangedSchema } from '@made-open/contracts';
import { OnEvents } from '@made-open/nest';
import { Controller, Inject } from '@nestjs/common';
import { Connections } from './connections.ts';

@Controller()
export class ConnectionsConsumer {
  constructor(@Inject(Connections) private readonly connections: Connections) {}

  @OnEvents(ConnectionChangedSchema)
  async changed(events: readonly EventOf<typeof ConnectionChangedSchema>[]): Promise<void> {
    for (const { message } of events) await this.connections.apply(message);
  }
}
