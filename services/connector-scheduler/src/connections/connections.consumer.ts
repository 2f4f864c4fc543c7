import type { EventOf } from '@made-open/bus';
import { ConnectionChangedSchema } from '@made-open/contracts';
import { Logger, OnEvents } from '@made-open/nest';
import { Controller, Inject } from '@nestjs/common';
import { isRecurrence } from '../schedules/next-due.ts';
import { PublicUrl } from '../config.ts';
import { ProgressSource } from '../runs/progress-source.ts';
import { advanceConnection } from './advance-connection.ts';
import { applyChange } from './apply-change.ts';
import { ConnectionStore } from './connection-store.ts';

@Controller()
export class ConnectionsConsumer {
  constructor(
    @Inject(ConnectionStore) private readonly connections: ConnectionStore,
    @Inject(ProgressSource) private readonly source: ProgressSource,
    @Inject(Logger) private readonly logger: Logger,
    @Inject(PublicUrl) private readonly publicUrl: PublicUrl,
  ) {}

  @OnEvents(ConnectionChangedSchema)
  async changed(events: readonly EventOf<typeof ConnectionChangedSchema>[]): Promise<void> {
    for (const { message } of events) {
      const { connectionId, schedule: cron, timeZone } = message;
      const options = { publicUrl: this.publicUrl.value };
      if (!(await applyChange(this.connections, message, options))) continue;
      if (!isRecurrence({ cron, timeZone }))
        this.logger.warn('a schedule cannot be read: the connection is synced only when asked', {
          connectionId,
          cron,
          timeZone,
        });
      // What is due is in the row; the clock would find it within a second.
      await advanceConnection({ store: this.connections, source: this.source }, connectionId);
    }
  }
}
