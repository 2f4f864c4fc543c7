import type { EventOf } from '@made-open/bus';
import { ConnectionChangedSchema } from '@made-open/contracts';
import { OnEvents } from '@made-open/nest';
import { Controller, Inject } from '@nestjs/common';
import { announcedConnection } from './announced-connection.ts';
import { ConnectionStore } from './connection-store.ts';

/** Keeps the gateway's own picture of the connections. */
@Controller()
export class ConnectionsConsumer {
  constructor(@Inject(ConnectionStore) private readonly connections: ConnectionStore) {}

  @OnEvents(ConnectionChangedSchema)
  async changed(events: readonly EventOf<typeof ConnectionChangedSchema>[]): Promise<void> {
    for (const { message } of events) await this.connections.apply(announcedConnection(message));
  }
}
