import { EntityService, EntityType, type EntityRecord } from '@made-open/contracts';
import type { Ask } from '../ask.ts';
import { EntityNotFoundError } from '../errors.ts';
import {
  connection,
  cursor,
  limitUpTo,
  tag,
  threadId,
  updatedSince,
  type Parameter,
} from '../parameters/parameter.ts';
import { QueryReader } from '../parameters/query-reader.ts';
import { entityIdOf } from './entity-id.ts';
import type { EntityKind } from './entity-kind.ts';
import { entityView } from './entity-view.ts';

const parameters = {
  limit: limitUpTo(200, 50),
  cursor,
  connection,
  updatedSince,
  tag,
} as const;

/** The parameters of a list. */
export function listParameters({ entityType }: EntityKind): readonly Parameter<unknown>[] {
  const all = Object.values(parameters);
  return entityType === EntityType.MESSAGE ? [...all, threadId] : all;
}

/** Entities of a space, read from etl. */
export class ReadEntities {
  readonly #ask: Ask;

  constructor(ask: Ask) {
    this.#ask = ask;
  }

  async list(kind: EntityKind, spaceId: string, query: object): Promise<object> {
    const reader = new QueryReader(query);
    const request = {
      spaceId,
      type: kind.entityType,
      limit: reader.read(parameters.limit),
      cursor: reader.read(parameters.cursor),
      connectionId: reader.read(parameters.connection),
      updatedSince: reader.read(parameters.updatedSince),
      tag: reader.read(parameters.tag),
    };
    const where = kind.entityType === EntityType.MESSAGE ? reader.read(threadId) : '';
    reader.check();
    const { entities, nextCursor } = await this.#ask(EntityService.method.listEntities, {
      ...request,
      ...(where === '' ? {} : { where: { thread_id: where } }),
    });
    return {
      data: entities.map((record) => entityView(kind, record)),
      next_cursor: nextCursor === '' ? null : nextCursor,
    };
  }

  async get(kind: EntityKind, spaceId: string, id: string): Promise<EntityRecord> {
    const entityId = entityIdOf(id);
    if (entityId === undefined) throw new EntityNotFoundError(kind.type);
    const { entity } = await this.#ask(EntityService.method.getEntity, {
      spaceId,
      type: kind.entityType,
      entityId,
    });
    if (entity === undefined) throw new EntityNotFoundError(kind.type);
    return entity;
  }
}
