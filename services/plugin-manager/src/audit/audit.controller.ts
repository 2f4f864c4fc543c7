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
import { AuditLog, auditView, type AuditEntryView } from './audit-log.ts';

const list = listShape();

@ApiTags('operation')
@ApiDefaultResponse(problemResponse)
@Controller('admin/v1/audit')
export class AuditController {
  constructor(@Inject(AuditLog) private readonly audit: AuditLog) {}

  @Get()
  @RequireScope('admin:audit:read')
  @ApiOperation({ summary: 'Who did what, newest first' })
  @ApiQuery(limitParameter)
  @ApiQuery(cursorParameter)
  @ApiResponse({ status: 200, description: 'a page', schema: ref('AuditPage') })
  @ApiResponse(refusal(400, 'limit or cursor is not valid'))
  async list(@Query() query: unknown): Promise<PageView<AuditEntryView>> {
    return pageView(await this.audit.list(list.read(query).page), auditView);
  }
}
