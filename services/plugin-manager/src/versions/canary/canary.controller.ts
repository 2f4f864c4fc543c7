import { Controller, Delete, Get, Inject, Param, Req } from '@nestjs/common';
import { ApiDefaultResponse, ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import { AuditLog } from '../../audit/audit-log.ts';
import { RequireScope, type AdminRequest } from '../../keys/scope.guard.ts';
import { findPlugin } from '../../plugins/change-plugin.ts';
import { PluginStore } from '../../plugins/plugin-store.ts';
import { problemResponse, ref, refusal } from '../../problem-schema.ts';
import { canaryView, type CanaryView } from './canary-view.ts';
import { TryOutVersion } from './try-out-version.ts';

/** The version of a plugin that is tried out on a share of the runs. */
@ApiTags('plugins')
@ApiDefaultResponse(problemResponse)
@Controller('admin/v1/plugins/:plugin/canary')
export class CanaryController {
  constructor(
    @Inject(PluginStore) private readonly plugins: PluginStore,
    @Inject(TryOutVersion) private readonly trials: TryOutVersion,
    @Inject(AuditLog) private readonly audit: AuditLog,
  ) {}

  @Get()
  @RequireScope('admin:plugins:read')
  @ApiOperation({ summary: 'How a version does that is tried out, and what became of the last' })
  @ApiResponse({ status: 200, description: 'what is known', schema: ref('Canary') })
  @ApiResponse(refusal(404, 'there is no such plugin'))
  async show(@Param('plugin') id: string): Promise<CanaryView> {
    const plugin = await findPlugin(this.plugins, id);
    return canaryView(plugin, await this.plugins.canaryTally(id));
  }

  @Delete()
  @RequireScope('admin:plugins:write')
  @ApiOperation({ summary: 'Try a version out no more: all runs go to the active one again' })
  @ApiResponse({ status: 200, description: 'what became of it', schema: ref('Canary') })
  @ApiResponse(refusal(404, 'there is no such plugin'))
  @ApiResponse(refusal(409, 'no version is tried out'))
  async withdraw(
    @Param('plugin') id: string,
    @Req() { caller }: AdminRequest,
  ): Promise<CanaryView> {
    const audited = { who: caller.keyId, action: 'plugin.canary_withdraw', target: id };
    await this.audit.record(audited, () => this.trials.withdraw(id));
    return this.show(id);
  }
}
