import { Controller, Get, Inject, Param, Query, Req, Res, type Type } from '@nestjs/common';
import { RequireScope, type ClientRequest } from '../api-keys/client.guard.ts';
import type { EntityKind } from './entity-kind.ts';
import { entityTag, entityView, matchesTag } from './entity-view.ts';
import { ReadEntities } from './read-entities.ts';

interface Reply {
  status(code: number): Reply;
  header(name: string, value: string): Reply;
  send(body?: unknown): Reply;
}

/** The routes of one type of entity. */
export function entitiesController(kind: EntityKind): Type<object> {
  @Controller(`v1/${kind.path}`)
  class EntitiesController {
    constructor(@Inject(ReadEntities) private readonly entities: ReadEntities) {}

    @Get()
    @RequireScope('data:read')
    list(@Req() { client }: ClientRequest, @Query() query: object): Promise<object> {
      return this.entities.list(kind, client.spaceId, query);
    }

    @Get(':id')
    @RequireScope('data:read')
    async get(
      @Param('id') id: string,
      @Req() { client, headers }: ClientRequest,
      @Res() reply: Reply,
    ): Promise<void> {
      const record = await this.entities.get(kind, client.spaceId, id);
      const tag = entityTag(record);
      reply.header('ETag', tag);
      if (matchesTag(headers['if-none-match'], tag)) reply.status(304).send();
      else reply.status(200).send(entityView(kind, record));
    }
  }
  return EntitiesController;
}
