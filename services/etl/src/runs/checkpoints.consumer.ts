import type { MessageInitShape } from '@bufbuild/protobuf';
import {
  EntityService,
  type FindUnreadableCheckpointsRequest,
  type FindUnreadableCheckpointsResponseSchema,
  type GetCheckpointRequest,
  type GetCheckpointResponseSchema,
  type GetRunProgressRequest,
  type GetRunProgressResponseSchema,
  type ListCheckpointsRequest,
  type ListCheckpointsResponseSchema,
  type RewindCheckpointRequest,
} from '@made-open/contracts';
import { OnCall, type MessageContext } from '@made-open/nest';
import { Controller, Inject } from '@nestjs/common';
import { Pool } from 'pg';
import { ConnectionStore } from '../connections/connection-store.ts';
import { listCheckpoints } from './checkpoint-list.ts';
import { findUnreadableCheckpoints } from './find-unreadable-checkpoints.ts';
import { savedCheckpoint } from './read-checkpoint.ts';
import { runProgress } from './run-progress.ts';
import { RewindCheckpoint } from './rewind-checkpoint.ts';

/** Gives checkpoints to plugins, shows and rewinds them for operators, and tells how far a run has come. */
@Controller()
export class CheckpointsConsumer {
  constructor(
    @Inject(ConnectionStore) private readonly connections: ConnectionStore,
    @Inject(RewindCheckpoint) private readonly rewinds: RewindCheckpoint,
    @Inject(Pool) private readonly pool: Pool,
  ) {}

  @OnCall(EntityService.method.getCheckpoint)
  async get(
    { connectionId, ...versions }: GetCheckpointRequest,
    context: MessageContext,
  ): Promise<MessageInitShape<typeof GetCheckpointResponseSchema>> {
    const plugin = context.parameters[0] ?? '';
    return savedCheckpoint(this.pool, await this.connections.owned(plugin, connectionId), versions);
  }

  @OnCall(EntityService.method.findUnreadableCheckpoints)
  unreadable({
    pluginId,
    ...versions
  }: FindUnreadableCheckpointsRequest): Promise<
    MessageInitShape<typeof FindUnreadableCheckpointsResponseSchema>
  > {
    return findUnreadableCheckpoints(this.pool, pluginId, versions);
  }

  @OnCall(EntityService.method.getRunProgress)
  async progress({
    connectionId,
  }: GetRunProgressRequest): Promise<MessageInitShape<typeof GetRunProgressResponseSchema>> {
    return runProgress(this.pool, await this.connections.find(connectionId));
  }

  @OnCall(EntityService.method.listCheckpoints)
  async list({
    connectionId,
  }: ListCheckpointsRequest): Promise<MessageInitShape<typeof ListCheckpointsResponseSchema>> {
    return listCheckpoints(this.pool, await this.connections.find(connectionId));
  }

  @OnCall(EntityService.method.rewindCheckpoint)
  async rewind({ connectionId, epoch }: RewindCheckpointRequest): Promise<object> {
    await this.rewinds.rewind(await this.connections.existing(connectionId), epoch);
    return {};
  }
}
