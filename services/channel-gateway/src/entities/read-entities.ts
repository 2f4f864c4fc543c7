import { EntityService, type EntityRecord } from '@made-open/contracts';
import type { Ask } from '../ask.ts';
import { EntityNotFoundError } from '../errors.ts';
import { connection, cursor, limitUpTo, updatedSince } from '../parameters/parameter.ts';
import { QueryReader } from '../parameters/query-reader.ts';
import type { EntityKind } from './entity-kind.ts';
import { entityView } from './entity-view.ts';

export const listParameters = {
  limit: limitUpTo(200, 50),
  cursor,
  connection,
  updatedSince,
} as const;

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/u;

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
      limit: reader.read(listParameters.limit),
      cursor: reader.read(listParameters.cursor),
      connectionId: reader.read(listParameters.connection),
      updatedSince: reader.read(listParameters.updatedSince),
    };
    reader.check();
    const { entities, nextCursor } = await this.#ask(EntityService.method.listEntities, request);
    return {
      data: entities.map((record) => entityView(kind, record)),
      next_cursor: nextCursor === '' ? null : nextCursor,
    };
  }

  async get(kind: EntityKind, spaceId: string, id: string): Promise<EntityRecord> {
    const entityId = id.toLowerCase();
    if (!uuid.test(entityId)) throw new EntityNotFoundError(kind.type);
    const { entity } = await this.#ask(EntityService.method.getEntity, {
      spaceId,
      type: kind.entityType,
      entityId,
    });
    if (entity === undefined) throw new EntityNotFoundError(kind.type);
    return entity;
  }
}
