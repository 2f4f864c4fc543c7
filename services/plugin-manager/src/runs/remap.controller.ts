import { RunKind } from '@made-open/contracts';
import { Controller, HttpCode, Inject, Param, Post, Req } from '@nestjs/common';
import { ApiDefaultResponse, ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import { AuditLog } from '../audit/audit-log.ts';
import { RequireScope, type AdminRequest } from '../keys/scope.guard.ts';
import { problemResponse, ref, refusal } from '../problem-schema.ts';
import { ReadRuns } from './read-runs.ts';
import { requestedRunView } from './run-view.ts';
import { ChangeConnection } from '../connections/change-connection.ts';

/** Maps again what a connection brought. */
@ApiTags('runs')
@ApiDefaultResponse(problemResponse)
@Controller('admin/v1/connections/:connection/remap')
export class RemapController {
  constructor(
    @Inject(ChangeConnection) private readonly connections: ChangeConnection,
    @Inject(ReadRuns) private readonly runs: ReadRuns,
    @Inject(AuditLog) private readonly audit: AuditLog,
  ) {}

  @Post()
  @HttpCode(202)
  @RequireScope('admin:connections:write')
  @ApiOperation({
    summary:
      'Run the mapping of the active version over what is stored; nothing is drawn from the source, made or deleted',
  })
  @ApiResponse({ status: 202, description: 'the run', schema: ref('RequestedRun') })
  @ApiResponse(refusal(404, 'there is no such connection'))
  @ApiResponse(
    refusal(409, 'the connection is not active, `reasons` says why; or a sync of it is open'),
  )
  @ApiResponse(
    refusal(503, 'the service that knows does not answer now; try again after `Retry-After`'),
  )
  async remap(
    @Param('connection') connectionId: string,
    @Req() { caller }: AdminRequest,
  ): Promise<object> {
    const audited = { who: caller.keyId, action: 'connection.remap', target: connectionId };
    const requested = await this.audit.record(audited, async () => {
      await this.connections.checkActive(connectionId);
      return this.runs.request(connectionId, RunKind.REMAP);
    });
    return requestedRunView(requested);
  }
}
