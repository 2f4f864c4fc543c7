import { Controller, Get, HttpCode, Inject, Param, Post, Req } from '@nestjs/common';
import { ApiDefaultResponse, ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import { AuditLog } from '../audit/audit-log.ts';
import { notFound } from '../errors.ts';
import { RequireScope, type AdminRequest } from '../keys/scope.guard.ts';
import type { PageView } from '../page.ts';
import { problemResponse, ref, refusal } from '../problem-schema.ts';
import { Fleet } from '../fleet/fleet.ts';
import type { RunnerView } from '../fleet/runner-view.ts';

@ApiTags('runners')
@ApiDefaultResponse(problemResponse)
@Controller('admin/v1/runners')
export class RunnersController {
  constructor(
    @Inject(Fleet) private readonly fleet: Fleet,
    @Inject(AuditLog) private readonly audit: AuditLog,
  ) {}

  @Get()
  @RequireScope('admin:runs:read')
  @ApiOperation({ summary: 'The runners as they are now' })
  @ApiResponse({ status: 200, description: 'all sets of runners', schema: ref('RunnerPage') })
  async list(): Promise<PageView<RunnerView>> {
    return { data: await this.fleet.view(), next_cursor: null };
  }

  @Post(':plugin/reset')
  @HttpCode(200)
  @RequireScope('admin:plugins:write')
  @ApiOperation({ summary: 'Let a plugin whose runner crashed too often start again' })
  @ApiResponse({ status: 200, description: 'all sets of runners', schema: ref('RunnerPage') })
  @ApiResponse(refusal(404, 'the plugin has no runner'))
  async reset(
    @Param('plugin') pluginId: string,
    @Req() { caller }: AdminRequest,
  ): Promise<PageView<RunnerView>> {
    const audited = { who: caller.keyId, action: 'runner.reset', target: pluginId };
    await this.audit.record(audited, async () => {
      if (!(await this.fleet.reset(pluginId))) throw notFound('runner', pluginId);
    });
    return this.list();
  }
}
