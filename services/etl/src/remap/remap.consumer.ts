import type { MessageInitShape } from '@bufbuild/protobuf';
import {
  EntityService,
  type ListStoredRawRequest,
  type ListStoredRawResponseSchema,
} from '@made-open/contracts';
import { OnCall, type MessageContext } from '@made-open/nest';
import { Controller, Inject } from '@nestjs/common';
import { Pool } from 'pg';
import { ConnectionStore } from '../connections/connection-store.ts';
import { listStoredRaw } from './list-stored-raw.ts';

/** Hands the remap of a connection what its entities were made from. */
@Controller()
export class RemapConsumer {
  constructor(
    @Inject(ConnectionStore) private readonly connections: ConnectionStore,
    @Inject(Pool) private readonly pool: Pool,
  ) {}

  @OnCall(EntityService.method.listStoredRaw)
  async list(
    request: ListStoredRawRequest,
    context: MessageContext,
  ): Promise<MessageInitShape<typeof ListStoredRawResponseSchema>> {
    const plugin = context.parameters[0] ?? '';
    const connection = await this.connections.owned(plugin, request.connectionId);
    return listStoredRaw(this.pool, connection, request);
  }
}
