import { Controller, Get, HttpCode, Inject, Post, Req } from '@nestjs/common';
import { ApiDefaultResponse, ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import { AuditLog } from '../audit/audit-log.ts';
import { RequestError } from '../errors.ts';
import { RequireScope, type AdminRequest } from '../keys/scope.guard.ts';
import type { PageView } from '../page.ts';
import { problemResponse, ref, refusal } from '../problem-schema.ts';
import { SearchIndexes, type SearchIndexView } from './search-indexes.ts';

const away = refusal(503, 'search-indexer does not answer now; try again after `Retry-After`');
const all = { status: 200, description: 'all indexes', schema: ref('SearchIndexPage') };

/** Indexes of entities: what answers searches, and what is filled to take over. */
@ApiTags('operation')
@ApiDefaultResponse(problemResponse)
@Controller('admin/v1/search-indexes')
export class SearchIndexesController {
  constructor(
    @Inject(SearchIndexes) private readonly indexes: SearchIndexes,
    @Inject(AuditLog) private readonly audit: AuditLog,
  ) {}

  @Get()
  @RequireScope('admin:runs:read')
  @ApiOperation({ summary: 'The indexes that answer searches, are filled, or are about to go' })
  @ApiResponse(all)
  @ApiResponse(away)
  async list(): Promise<PageView<SearchIndexView>> {
    return { data: await this.indexes.list(), next_cursor: null };
  }

  @Post()
  @HttpCode(202)
  @RequireScope('admin:plugins:write')
  @ApiOperation({
    summary: 'Fill a new index from the entities; it takes over when it is complete',
  })
  @ApiResponse({ status: 202, description: 'what is filled now', schema: ref('SearchIndex') })
  @ApiResponse(away)
  fill(@Req() { caller }: AdminRequest): Promise<SearchIndexView> {
    const audited = { who: caller.keyId, action: 'search_index.fill', target: 'search' };
    return this.audit.record(
      audited,
      () => this.indexes.fill(),
      ({ generation, engine }) => `${engine} ${String(generation)}`,
    );
  }

  @Post('cancel')
  @HttpCode(200)
  @RequireScope('admin:plugins:write')
  @ApiOperation({ summary: 'Give up the index that is filled; the one that answers stays' })
  @ApiResponse(all)
  @ApiResponse(refusal(409, 'none is filled'))
  @ApiResponse(away)
  async cancel(@Req() { caller }: AdminRequest): Promise<PageView<SearchIndexView>> {
    const audited = { who: caller.keyId, action: 'search_index.cancel', target: 'search' };
    await this.audit.record(audited, async () => {
      if (!(await this.indexes.cancel()))
        throw new RequestError('search_index.none_filled', 409, 'no search index is being filled');
    });
    return this.list();
  }
}
