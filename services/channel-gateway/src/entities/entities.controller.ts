import { Bus } from '@made-open/bus';
import { EntityService, EntityType, SearchService } from '@made-open/contracts';
import { Controller, Get, Inject, Param, Query, Req, Res } from '@nestjs/common';
import { ApiBearerAuth, ApiOperation, ApiParam, ApiQuery, ApiTags } from '@nestjs/swagger';
import { RequireScope, type ClientRequest } from '../api-keys/client.guard.ts';
import { ApiError } from '../errors.ts';
import { entityTag, entityView, matchesTag } from './entity-view.ts';
import { limitOf, textOf } from './query-parameters.ts';

/** Entity types by their name in the URL. */
const tables: Readonly<Record<string, EntityType>> = {
  persons: EntityType.PERSON,
  messages: EntityType.MESSAGE,
  events: EntityType.CALENDAR_EVENT,
  documents: EntityType.DOCUMENT,
};
const names = new Map(Object.entries(tables).map(([name, type]) => [type, name]));

interface Reply {
  status(code: number): Reply;
  header(name: string, value: string): Reply;
  send(body?: unknown): Reply;
}

type ListQuery = Readonly<Record<string, unknown>>;

@ApiTags('data')
@ApiBearerAuth('key')
@Controller('v1')
export class EntitiesController {
  constructor(@Inject(Bus) private readonly bus: Bus) {}

  @Get('search')
  @RequireScope('search:read')
  @ApiOperation({
    summary:
      'Full-text search over everything in the space; matches in `snippet` stand between U+E000 and U+E001',
  })
  @ApiQuery({ name: 'q', example: 'ada love' })
  @ApiQuery({
    name: 'type',
    required: false,
    description: 'persons, messages, events, documents; several separated by commas',
  })
  @ApiQuery({ name: 'connection', required: false })
  @ApiQuery({ name: 'limit', required: false, description: '1 to 100' })
  @ApiQuery({ name: 'cursor', required: false })
  async search(@Query() query: ListQuery, @Req() { client }: ClientRequest): Promise<object> {
    const types = textOf('type', query['type'])
      .split(',')
      .filter((name) => name !== '')
      .map(typeOf);
    const request = {
      spaceId: client.spaceId,
      query: textOf('q', query['q']),
      types,
      connectionId: textOf('connection', query['connection']),
      limit: limitOf(optional(query['limit']), 100),
      cursor: textOf('cursor', query['cursor']),
    };
    const { hits, nextCursor, total } = await this.bus.call(SearchService.method.search, request);
    const data = hits.map((hit) => ({
      id: hit.entityId,
      type: names.get(hit.type),
      title: hit.title,
      snippet: hit.snippet,
      score: hit.score,
      connection_id: hit.connectionId,
    }));
    return { data, next_cursor: nextCursor || null, total };
  }

  @Get(':table')
  @RequireScope('data:read')
  @ApiOperation({ summary: 'Entities of a type, a page at a time' })
  @ApiParam({ name: 'table', enum: Object.keys(tables) })
  @ApiQuery({ name: 'limit', required: false, description: '1 to 200' })
  @ApiQuery({ name: 'cursor', required: false })
  @ApiQuery({ name: 'connection', required: false })
  @ApiQuery({ name: 'updated_since', required: false, description: 'RFC 3339' })
  async list(
    @Param('table') table: string,
    @Query() query: ListQuery,
    @Req() { client }: ClientRequest,
  ): Promise<object> {
    const request = {
      spaceId: client.spaceId,
      type: typeOf(table),
      limit: limitOf(optional(query['limit']), 200),
      cursor: textOf('cursor', query['cursor']),
      connectionId: textOf('connection', query['connection']),
      updatedSince: textOf('updated_since', query['updated_since']),
    };
    const { entities, nextCursor } = await this.bus.call(
      EntityService.method.listEntities,
      request,
    );
    return { data: entities.map(entityView), next_cursor: nextCursor || null };
  }

  @Get(':table/:id')
  @RequireScope('data:read')
  @ApiOperation({
    summary: 'One entity; its ETag answers 304 to If-None-Match while it is unchanged',
  })
  @ApiParam({ name: 'table', enum: Object.keys(tables) })
  async get(
    @Param('table') table: string,
    @Param('id') id: string,
    @Req() request: ClientRequest,
    @Res() reply: Reply,
  ): Promise<void> {
    const type = typeOf(table);
    if (!/^[0-9a-f-]{36}$/u.test(id)) throw missing(table, id);
    const { entity } = await this.bus.call(EntityService.method.getEntity, {
      spaceId: request.client.spaceId,
      type,
      entityId: id,
    });
    if (entity === undefined) throw missing(table, id);
    const tag = entityTag(entity);
    reply.header('ETag', tag).header('Cache-Control', 'private, no-cache');
    if (matchesTag(request.headers['if-none-match'], tag)) reply.status(304).send();
    else reply.status(200).send(entityView(entity));
  }
}

function typeOf(table: string): EntityType {
  const type = Object.hasOwn(tables, table) ? tables[table] : undefined;
  if (type === undefined)
    throw new ApiError(
      'entity_type.not_found',
      404,
      `there is no /v1/${table.slice(0, 64)}; there are ${Object.keys(tables).join(', ')} and search`,
    );
  return type;
}

function missing(table: string, id: string): ApiError {
  return new ApiError(
    'entity.not_found',
    404,
    `there is no ${table} with the id ${id.slice(0, 64)}`,
  );
}

function optional(value: unknown): string | undefined {
  return value === undefined ? undefined : textOf('limit', value, 10);
}
