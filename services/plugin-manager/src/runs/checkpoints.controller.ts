import type { Checkpoint } from '@made-open/contracts';
import { Body, Controller, Get, HttpCode, Inject, Param, Post, Req } from '@nestjs/common';
import { ApiBody, ApiDefaultResponse, ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import { AuditLog } from '../audit/audit-log.ts';
import { RequireScope, type AdminRequest } from '../keys/scope.guard.ts';
import type { PageView } from '../page.ts';
import { problemResponse, ref, refusal } from '../problem-schema.ts';
import { bodyShape } from '../reader.ts';
import { versionOf } from './current-checkpoint.ts';
import { ConnectionTasks } from '../tasks/connection-tasks.ts';

const target = bodyShape<{ epoch: number }>(
  {
    epoch: {
      type: 'integer',
      minimum: 0,
      maximum: 4_294_967_295,
      description: 'of the checkpoint; 0 for the start: the next run is a full pass',
    },
  },
  ['epoch'],
  { epoch: 12 },
);
const unknown = refusal(404, 'there is no such connection');
const away = refusal(
  503,
  'the service that knows does not answer now; try again after `Retry-After`',
);

/** Where the next run of a connection goes on. */
@ApiTags('runs')
@ApiDefaultResponse(problemResponse)
@Controller('admin/v1/connections/:connection/checkpoints')
export class CheckpointsController {
  constructor(
    @Inject(ConnectionTasks) private readonly connections: ConnectionTasks,
    @Inject(AuditLog) private readonly audit: AuditLog,
  ) {}

  @Get()
  @RequireScope('admin:runs:read')
  @ApiOperation({ summary: 'The checkpoints that are remembered, newest first, twenty at most' })
  @ApiResponse({ status: 200, description: 'all of them', schema: ref('CheckpointPage') })
  @ApiResponse(unknown)
  @ApiResponse(away)
  async list(@Param('connection') connectionId: string): Promise<PageView<object>> {
    const data = await this.connections.checkpoints(connectionId);
    return { data: data.map(checkpointView), next_cursor: null };
  }

  @Post('rewind')
  @HttpCode(200)
  @RequireScope('admin:connections:write')
  @ApiOperation({ summary: 'Let the next run go on from an earlier checkpoint, or from the start' })
  @ApiBody({ schema: target.schema })
  @ApiResponse({ status: 200, description: 'what is left', schema: ref('CheckpointPage') })
  @ApiResponse(refusal(400, 'there is no checkpoint of this epoch'))
  @ApiResponse(unknown)
  @ApiResponse(refusal(422, 'the body is not valid; `errors` names every fault'))
  @ApiResponse(away)
  async rewind(
    @Param('connection') connectionId: string,
    @Body() body: unknown,
    @Req() { caller }: AdminRequest,
  ): Promise<PageView<object>> {
    const { epoch } = target.read(body);
    await this.audit.record(
      { who: caller.keyId, action: 'connection.rewind', target: connectionId },
      () => this.connections.rewind(connectionId, epoch),
      () => `${connectionId}: ${String(epoch)}`,
    );
    return this.list(connectionId);
  }
}

function checkpointView(checkpoint: Checkpoint): object {
  const { epoch, runId, savedAt, sizeBytes, stateJson, isCurrent } = checkpoint;
  const state: unknown = stateJson === '' ? null : JSON.parse(stateJson);
  return {
    epoch,
    run_id: runId,
    saved_at: savedAt,
    size_bytes: sizeBytes,
    state,
    is_current: isCurrent,
    version: versionOf(checkpoint),
  };
}
