import { RunKind } from '@made-open/contracts';
import { Controller, Get, HttpCode, Inject, Param, Post, Query, Req } from '@nestjs/common';
import { ApiDefaultResponse, ApiOperation, ApiQuery, ApiResponse, ApiTags } from '@nestjs/swagger';
import { AuditLog } from '../audit/audit-log.ts';
import { ChangeConnection } from '../connections/change-connection.ts';
import { RequireScope, type AdminRequest } from '../keys/scope.guard.ts';
import { pageView, type PageView } from '../page.ts';
import {
  cursorParameter,
  limitParameter,
  problemResponse,
  ref,
  refusal,
} from '../problem-schema.ts';
import { listShape } from '../reader.ts';
import { RunLogStore } from './logs/run-log-store.ts';
import { ReadRuns } from './read-runs.ts';
import {
  connectionLogLineView,
  logLineView,
  quarantineView,
  requestedRunView,
  runView,
} from './run-view.ts';

const list = listShape();
/** What other services know of a connection: asked for, and shown. */
@ApiTags('runs')
@ApiDefaultResponse(problemResponse)
@Controller('admin/v1')
export class RunsController {
  constructor(
    @Inject(ChangeConnection) private readonly connections: ChangeConnection,
    @Inject(RunLogStore) private readonly logs: RunLogStore,
    @Inject(AuditLog) private readonly audit: AuditLog,
    @Inject(ReadRuns) private readonly source: ReadRuns,
  ) {}

  @Post('connections/:connection/sync')
  @HttpCode(202)
  @RequireScope('admin:connections:write')
  @ApiOperation({
    summary: 'Sync now; a run that is open already is given instead, and waits no longer',
  })
  @ApiResponse({ status: 202, description: 'the run', schema: ref('RequestedRun') })
  @ApiResponse(refusal(404, 'there is no such connection'))
  @ApiResponse(
    refusal(409, 'the connection is not active, `reasons` says why; or a remap of it is open'),
  )
  @ApiResponse(
    refusal(503, 'the service that knows does not answer now; try again after `Retry-After`'),
  )
  async sync(
    @Param('connection') connectionId: string,
    @Req() { caller }: AdminRequest,
  ): Promise<object> {
    const audited = { who: caller.keyId, action: 'connection.sync', target: connectionId };
    const requested = await this.audit.record(audited, async () => {
      await this.connections.checkActive(connectionId);
      return this.source.request(connectionId, RunKind.SYNC);
    });
    return requestedRunView(requested);
  }

  @Get('connections/:connection/runs')
  @RequireScope('admin:runs:read')
  @ApiOperation({ summary: 'List the runs of a connection, newest first' })
  @ApiQuery(limitParameter)
  @ApiQuery(cursorParameter)
  @ApiResponse({ status: 200, description: 'a page', schema: ref('RunPage') })
  @ApiResponse(refusal(400, 'limit or cursor is not valid'))
  @ApiResponse(refusal(404, 'there is no such connection'))
  @ApiResponse(
    refusal(503, 'the service that knows does not answer now; try again after `Retry-After`'),
  )
  async runs(
    @Param('connection') connectionId: string,
    @Query() query: unknown,
  ): Promise<PageView<object>> {
    const { page } = list.read(query);
    await this.connections.find(connectionId);
    return pageView(await this.source.list(connectionId, page), runView);
  }

  @Get('connections/:connection/quarantine')
  @RequireScope('admin:runs:read')
  @ApiOperation({ summary: 'List items that could not be stored, and why' })
  @ApiQuery(limitParameter)
  @ApiQuery(cursorParameter)
  @ApiResponse({ status: 200, description: 'a page', schema: ref('QuarantinePage') })
  @ApiResponse(refusal(400, 'limit or cursor is not valid'))
  @ApiResponse(refusal(404, 'there is no such connection'))
  @ApiResponse(
    refusal(503, 'the service that knows does not answer now; try again after `Retry-After`'),
  )
  async quarantine(
    @Param('connection') connectionId: string,
    @Query() query: unknown,
  ): Promise<PageView<object>> {
    const { page } = list.read(query);
    await this.connections.find(connectionId);
    return pageView(await this.source.quarantine(connectionId, page), quarantineView);
  }

  @Get('runs/:run')
  @RequireScope('admin:runs:read')
  @ApiOperation({ summary: 'Show a run' })
  @ApiResponse({ status: 200, description: 'the run', schema: ref('Run') })
  @ApiResponse(refusal(404, 'there is no such run'))
  @ApiResponse(
    refusal(503, 'the service that knows does not answer now; try again after `Retry-After`'),
  )
  async run(@Param('run') runId: string): Promise<object> {
    return runView(await this.source.find(runId));
  }

  @Post('runs/:run/cancel')
  @HttpCode(200)
  @RequireScope('admin:connections:write')
  @ApiOperation({
    summary: 'End a run that is queued, running or parked; what it has brought stays',
  })
  @ApiResponse({ status: 200, description: 'the run', schema: ref('Run') })
  @ApiResponse(refusal(404, 'there is no such run'))
  @ApiResponse(refusal(409, 'the run has ended by itself'))
  @ApiResponse(
    refusal(503, 'the service that knows does not answer now; try again after `Retry-After`'),
  )
  async cancel(@Param('run') runId: string, @Req() { caller }: AdminRequest): Promise<object> {
    const audited = { who: caller.keyId, action: 'run.cancel', target: runId };
    return runView(await this.audit.record(audited, () => this.source.cancel(runId)));
  }

  @Get('runs/:run/logs')
  @RequireScope('admin:runs:read')
  @ApiOperation({ summary: 'The log of a run, in its order, kept for two weeks' })
  @ApiQuery(limitParameter)
  @ApiQuery(cursorParameter)
  @ApiResponse({ status: 200, description: 'a page', schema: ref('LogPage') })
  @ApiResponse(refusal(400, 'limit or cursor is not valid'))
  async runLogs(@Param('run') runId: string, @Query() query: unknown): Promise<PageView<object>> {
    return pageView(await this.logs.list(runId, list.read(query).page), logLineView);
  }

  @Get('connections/:connection/logs')
  @RequireScope('admin:runs:read')
  @ApiOperation({
    summary: 'What the plugin of a connection logged in runs and short calls, newest first',
  })
  @ApiQuery(limitParameter)
  @ApiQuery(cursorParameter)
  @ApiResponse({ status: 200, description: 'a page', schema: ref('ConnectionLogPage') })
  @ApiResponse(refusal(400, 'limit or cursor is not valid'))
  @ApiResponse(refusal(404, 'there is no such connection'))
  async connectionLogs(
    @Param('connection') connectionId: string,
    @Query() query: unknown,
  ): Promise<PageView<object>> {
    const { page } = list.read(query);
    await this.connections.find(connectionId);
    return pageView(await this.logs.listOf(connectionId, page), connectionLogLineView);
  }
}
