import type { MessageInitShape } from '@bufbuild/protobuf';
import {
  EntityService,
  type EraseConnectionRequest,
  type ExportDataRequest,
  type ExportDataResponseSchema,
} from '@made-open/contracts';
import { OnCall } from '@made-open/nest';
import { Controller, Inject } from '@nestjs/common';
import { Pool } from 'pg';
import { ConnectionStore } from '../connections/connection-store.ts';
import { exportData } from '../export/export-data.ts';
import { EraseConnection, type Erased } from './erase-connection.ts';

/** Hands out and removes all that etl holds of a connection. */
@Controller()
export class ErasureConsumer {
  constructor(
    @Inject(ConnectionStore) private readonly connections: ConnectionStore,
    @Inject(EraseConnection) private readonly erasure: EraseConnection,
    @Inject(Pool) private readonly pool: Pool,
  ) {}

  @OnCall(EntityService.method.eraseConnection)
  async eraseConnection({ connectionId }: EraseConnectionRequest): Promise<Erased> {
    return this.erasure.erase(await this.connections.find(connectionId));
  }

  @OnCall(EntityService.method.exportData)
  async exportData({
    connectionId,
    cursor,
  }: ExportDataRequest): Promise<MessageInitShape<typeof ExportDataResponseSchema>> {
    return exportData(this.pool, await this.connections.find(connectionId), cursor);
  }
}
