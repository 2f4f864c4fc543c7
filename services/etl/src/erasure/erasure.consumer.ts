import type { MessageInitShape } from '@bufbuild/protobuf';
import {
  EntityService,
  type EraseConnectionRequest,
  type ErasePersonRequest,
  type ExportDataRequest,
  type ExportDataResponseSchema,
} from '@made-open/contracts';
import { OnCall } from '@made-open/nest';
import { Controller, Inject } from '@nestjs/common';
import { ConnectionStore } from '../connections/connection-store.ts';
import { UnknownConnectionError } from '../errors.ts';
import { exportData, ExportSources } from '../export/export-data.ts';
import { exportPerson } from '../export/export-person.ts';
import { EraseConnection, type Erased } from './erase-connection.ts';
import { ErasePerson } from './erase-person.ts';

/** Hands out and removes all that etl holds of a connection or a person. */
@Controller()
export class ErasureConsumer {
  constructor(
    @Inject(ConnectionStore) private readonly connections: ConnectionStore,
    @Inject(EraseConnection) private readonly erasure: EraseConnection,
    @Inject(ErasePerson) private readonly persons: ErasePerson,
    @Inject(ExportSources) private readonly exports: ExportSources,
  ) {}

  @OnCall(EntityService.method.eraseConnection)
  async eraseConnection({ connectionId, generation }: EraseConnectionRequest): Promise<Erased> {
    const connection = await this.connections.find(connectionId, 'later');
    if (connection.generation < generation) throw new UnknownConnectionError(connectionId, 'later');
    return this.erasure.erase(connection);
  }

  @OnCall(EntityService.method.erasePerson)
  erasePerson(request: ErasePersonRequest): Promise<Erased> {
    return this.persons.erase(request);
  }

  @OnCall(EntityService.method.exportData)
  async exportData({
    connectionId,
    cursor,
    spaceId,
    personId,
  }: ExportDataRequest): Promise<MessageInitShape<typeof ExportDataResponseSchema>> {
    if (personId !== '') return exportPerson(this.exports, { spaceId, personId, cursor });
    return exportData(this.exports, await this.connections.find(connectionId), cursor);
  }
}
