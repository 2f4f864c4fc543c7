import type { MessageInitShape } from '@bufbuild/protobuf';
import {
  EntityService,
  type GetEntityRequest,
  type ListEntitiesRequest,
  type ListSpacesRequest,
  type QueryEntitiesRequest,
  type ResolveSweepRequest,
  type TagEntityRequest,
  type TagEntityResponseSchema,
} from '@made-open/contracts';
import { allowsRead } from '@made-open/manifest';
import { OnCall, type MessageContext } from '@made-open/nest';
import { Controller, Inject } from '@nestjs/common';
import { ConnectionStore } from '../connections/connection-store.ts';
import { ForbiddenError, InvalidRequestError } from '../errors.ts';
import { ResolveSweep } from '../runs/resolve-sweep.ts';
import { TagEntity } from '../tags/tag-entity.ts';
import { modelOfEntityType, modelOfTable, type ReadModel } from './entity-model.ts';
import { EntityReader, type EntityPage } from './entity-reader.ts';
import { pageSize } from './page-size.ts';

const maxPage = 200;
const maxQuery = 500;

/** Answers questions about entities. */
@Controller()
export class EntitiesConsumer {
  constructor(
    @Inject(EntityReader) private readonly entities: EntityReader,
    @Inject(ConnectionStore) private readonly connections: ConnectionStore,
    @Inject(ResolveSweep) private readonly sweeps: ResolveSweep,
    @Inject(TagEntity) private readonly tags: TagEntity,
  ) {}

  @OnCall(EntityService.method.listEntities)
  list({ type, limit, where, ...request }: ListEntitiesRequest): Promise<EntityPage> {
    return this.entities.list(found(modelOfEntityType(type)), {
      ...request,
      limit: pageSize(limit, maxPage),
      ...(where === undefined ? {} : { where }),
    });
  }

  @OnCall(EntityService.method.listSpaces)
  async spaces({ after }: ListSpacesRequest): Promise<{ spaceIds: string[] }> {
    return { spaceIds: await this.entities.listSpaces(after) };
  }

  @OnCall(EntityService.method.getEntity)
  async get({ spaceId, type, entityId }: GetEntityRequest): Promise<object> {
    if (entityId === '') throw new InvalidRequestError('entity_id is missing');
    const query = { spaceId, entityId, limit: 1 };
    const { entities } = await this.entities.list(found(modelOfEntityType(type)), query);
    return { entity: entities[0] };
  }

  @OnCall(EntityService.method.queryEntities)
  async query(request: QueryEntitiesRequest, context: MessageContext): Promise<EntityPage> {
    const { connectionId, table, limit, cursor, entityId, orderBy, where } = request;
    const { grants, spaceId } = await this.connections.owned(pluginOf(context), connectionId);
    if (!allowsRead(grants, table))
      throw new ForbiddenError(`the permission data:read:${table.slice(0, 64)} is not approved`);
    return this.entities.list(found(modelOfTable(table)), {
      spaceId,
      cursor,
      entityId,
      orderBy,
      limit: pageSize(limit, maxQuery),
      ...(where === undefined ? {} : { where }),
    });
  }

  @OnCall(EntityService.method.tagEntity)
  tag(request: TagEntityRequest): Promise<MessageInitShape<typeof TagEntityResponseSchema>> {
    return this.tags.tag(request);
  }

  @OnCall(EntityService.method.resolveSweep)
  async sweep({ connectionId, ...decision }: ResolveSweepRequest): Promise<{ deleted: number }> {
    const connection = await this.connections.find(connectionId);
    return { deleted: await this.sweeps.resolve(connection, decision) };
  }
}

function found(model: ReadModel | undefined): ReadModel {
  if (model === undefined)
    throw new InvalidRequestError(
      'there is no such type; persons, messages, events, documents and conversations exist',
    );
  return model;
}

/** The token of the plugin whose runner NATS let publish the request. */
function pluginOf(context: MessageContext): string {
  return context.parameters[0] ?? '';
}
