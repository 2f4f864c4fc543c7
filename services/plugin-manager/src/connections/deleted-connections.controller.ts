import { Controller, Get, Inject, Query } from '@nestjs/common';
import { ApiDefaultResponse, ApiOperation, ApiQuery, ApiResponse, ApiTags } from '@nestjs/swagger';
import { RequireScope } from '../keys/scope.guard.ts';
import { pageView, type PageView } from '../page.ts';
import {
  cursorParameter,
  limitParameter,
  problemResponse,
  ref,
  refusal,
} from '../problem-schema.ts';
import { listShape } from '../reader.ts';
import { ConnectionStore } from './connection-store.ts';
import { deletedConnectionView, type DeletedConnectionView } from './deleted-connection.ts';

const list = listShape();

/** What is left of connections that were deleted without what they brought. */
@ApiTags('connections')
@ApiDefaultResponse(problemResponse)
@Controller('admin/v1/deleted-connections')
export class DeletedConnectionsController {
  constructor(@Inject(ConnectionStore) private readonly connections: ConnectionStore) {}

  @Get()
  @RequireScope('admin:connections:read')
  @ApiOperation({
    summary:
      'List deleted connections whose data was kept: by their ids it can still be exported, and erased with `DELETE /connections/{id}?data=erase`',
  })
  @ApiQuery(limitParameter)
  @ApiQuery(cursorParameter)
  @ApiResponse({ status: 200, description: 'a page', schema: ref('DeletedConnectionPage') })
  @ApiResponse(refusal(400, 'limit or cursor is not valid'))
  async list(@Query() query: unknown): Promise<PageView<DeletedConnectionView>> {
    return pageView(await this.connections.deleted(list.read(query).page), deletedConnectionView);
  }
}
