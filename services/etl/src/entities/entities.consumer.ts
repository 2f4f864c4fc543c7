import {
  EntityService,
  EntityType,
  pluginIdOf,
  type GetCheckpointRequest,
  type GetEntityRequest,
  type ListEntitiesRequest,
  type ListQuarantineRequest,
  type QueryEntitiesRequest,
  type ResolveSweepRequest,
} from '@made-open/contracts';
import { OnCall, type MessageContext } from '@made-open/nest';
import { Controller, Inject } from '@nestjs/common';
import { ConnectionQueries } from '../connections/connection-queries.ts';
import { EntityReader } from './entity-reader.ts';

const maxPage = 200;
const maxQuery = 500;
const types: Readonly<Record<string, EntityType>> = {
  persons: EntityType.PERSON,
  messages: EntityType.MESSAGE,
  events: EntityType.CALENDAR_EVENT,
  documents: EntityType.DOCUMENT,
};

/** Answers questions about entities, checkpoints and quarantine. */
@Controller()
export class EntitiesConsumer {
  constructor(
    @Inject(EntityReader) private readonly entities: EntityReader,
    @Inject(ConnectionQueries) private readonly connections: ConnectionQueries,
  ) {}

  @OnCall(EntityService.method.listEntities)
  list(request: ListEntitiesRequest): Promise<object> {
    return this.entities.list({ ...request, limit: pageSize(request.limit, maxPage) });
  }

  @OnCall(EntityService.method.getEntity)
  async get({ spaceId, type, entityId }: GetEntityRequest): Promise<object> {
    const { entities } = await this.entities.list({ spaceId, type, entityId, limit: 1 });
    return { entity: entities[0] };
  }

  @OnCall(EntityService.method.queryEntities)
  async query(request: QueryEntitiesRequest, context: MessageContext): Promise<object> {
    const spaceId = await this.connections.readableSpace(
      pluginOf(context),
      request.connectionId,
      request.table,
    );
    const { cursor, entityId, where } = request;
    return this.entities.list({
      spaceId,
      cursor,
      entityId,
      type: types[request.table] ?? EntityType.UNSPECIFIED,
      limit: pageSize(request.limit, maxQuery),
      ...(where === undefined ? {} : { where }),
    });
  }

  @OnCall(EntityService.method.getCheckpoint)
  checkpoint({ connectionId }: GetCheckpointRequest, context: MessageContext): Promise<object> {
    return this.connections.checkpoint(pluginOf(context), connectionId);
  }

  @OnCall(EntityService.method.listQuarantine)
  quarantine({ connectionId, limit, cursor }: ListQuarantineRequest): Promise<object> {
    return this.connections.quarantine(connectionId, { limit: pageSize(limit, maxPage), cursor });
  }

  @OnCall(EntityService.method.resolveSweep)
  async sweep({ connectionId, carryOut }: ResolveSweepRequest): Promise<object> {
    return { deleted: await this.connections.resolveSweep(connectionId, carryOut) };
  }
}

function pageSize(wanted: number, max: number): number {
  return Math.min(Math.max(wanted || 50, 1), max);
}

/** The plugin is the one whose runner NATS let publish the request. */
function pluginOf(context: MessageContext): string {
  return pluginIdOf(context.parameters[0] ?? '');
}
