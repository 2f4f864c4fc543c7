import type { MessageInitShape } from '@bufbuild/protobuf';
import {
  EntityService,
  type DropQuarantineRequest,
  type ListQuarantineRequest,
  type ListQuarantineResponseSchema,
  type ReplayQuarantineRequest,
} from '@made-open/contracts';
import { OnCall } from '@made-open/nest';
import { Controller, Inject } from '@nestjs/common';
import { Pool } from 'pg';
import { ConnectionStore } from '../connections/connection-store.ts';
import { pageSize } from '../entities/page-size.ts';
import { dropQuarantine } from './drop-quarantine.ts';
import { listQuarantine } from './quarantine-list.ts';
import { ReplayQuarantine, type Replayed } from './replay-quarantine.ts';

const maxPage = 200;

/** Shows, tries again and forgets what waits in quarantine. */
@Controller()
export class QuarantineConsumer {
  constructor(
    @Inject(ConnectionStore) private readonly connections: ConnectionStore,
    @Inject(ReplayQuarantine) private readonly replays: ReplayQuarantine,
    @Inject(Pool) private readonly pool: Pool,
  ) {}

  @OnCall(EntityService.method.listQuarantine)
  list({
    connectionId,
    limit,
    cursor,
  }: ListQuarantineRequest): Promise<MessageInitShape<typeof ListQuarantineResponseSchema>> {
    return listQuarantine(this.pool, { connectionId, cursor, limit: pageSize(limit, maxPage) });
  }

  @OnCall(EntityService.method.replayQuarantine)
  async replay({ connectionId, ids, cursor }: ReplayQuarantineRequest): Promise<Replayed> {
    return this.replays.replay(await this.connections.existing(connectionId), { ids, cursor });
  }

  @OnCall(EntityService.method.dropQuarantine)
  async drop({ connectionId, ids }: DropQuarantineRequest): Promise<{ dropped: number }> {
    const connection = await this.connections.existing(connectionId);
    return { dropped: await dropQuarantine(this.pool, connection, ids) };
  }
}
