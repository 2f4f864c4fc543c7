import type { Run } from '@made-open/contracts';
import { Body, Controller, Get, HttpCode, Inject, Param, Post, Query, Req } from '@nestjs/common';
import {
  ApiBody,
  ApiDefaultResponse,
  ApiOperation,
  ApiQuery,
  ApiResponse,
  ApiTags,
} from '@nestjs/swagger';
import { AuditLog } from '../audit/audit-log.ts';
import { ChangeConnection } from '../connections/change-connection.ts';
import { notFound } from '../errors.ts';
import { RequireScope, type AdminRequest } from '../keys/scope.guard.ts';
import { pageView, type PageView } from '../page.ts';
import {
  cursorParameter,
  limitParameter,
  problemResponse,
  ref,
  refusal,
} from '../problem-schema.ts';
import { bodyShape, listShape } from '../reader.ts';
import { RunLogStore } from './run-log-store.ts';
import { RunSource } from './run-source.ts';
import { logLineView, quarantineView, runView } from './run-view.ts';

const list = listShape();
const decision = bodyShape<{ carry_out: boolean }>(
  { carry_out: { type: 'boolean', description: 'true deletes what was not seen, false keeps it' } },
  ['carry_out'],
  { carry_out: false },
);

/** What other services know of a connection: asked for, and shown. */
@ApiTags('runs')
@ApiDefaultResponse(problemResponse)
@Controller('admin/v1')
export class RunsController {
  constructor(
    @Inject(ChangeConnection) private readonly connections: ChangeConnection,
    @Inject(RunLogStore) private readonly logs: RunLogStore,
    @Inject(AuditLog) private readonly audit: AuditLog,
    @Inject(RunSource) private readonly source: RunSource,
  ) {}

  @Post('connections/:connection/sync')
  @HttpCode(202)
  @RequireScope('admin:connections:write')
  @ApiOperation({
    summary: 'Sync now; a run that is open already is given instead, and waits no longer',
  })
  @ApiResponse({ status: 202, description: 'the run', schema: ref('RequestedRun') })
  @ApiResponse(refusal(404, 'there is no such connection'))
  @ApiResponse(refusal(409, 'the connection is not active; `reasons` says why'))
  @ApiResponse(
    refusal(503, 'the service that knows does not answer now; try again after `Retry-After`'),
  )
  async sync(
    @Param('connection') connectionId: string,
    @Req() { caller }: AdminRequest,
  ): Promise<object> {
    const audited = { who: caller.keyId, action: 'connection.sync', target: connectionId };
    const { run, isOlder } = await this.audit.record(audited, async () => {
      await this.connections.checkActive(connectionId);
      return this.source.requestSync(connectionId);
    });
    return { run: shown(run, connectionId), already_running: isOlder };
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
    return pageView(await this.source.runs(connectionId, page), runView);
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

  @Post('connections/:connection/sweep')
  @HttpCode(200)
  @RequireScope('admin:connections:write')
  @ApiOperation({ summary: 'Decide on a sweep that was held because it would delete too much' })
  @ApiBody({ schema: decision.schema })
  @ApiResponse({ status: 200, description: 'what was deleted', schema: ref('SweepResult') })
  @ApiResponse(refusal(404, 'there is no such connection'))
  @ApiResponse(refusal(422, 'the body is not valid; `errors` names every fault'))
  @ApiResponse(
    refusal(503, 'the service that knows does not answer now; try again after `Retry-After`'),
  )
  async sweep(
    @Param('connection') connectionId: string,
    @Body() body: unknown,
    @Req() { caller }: AdminRequest,
  ): Promise<{ deleted: number }> {
    const { carry_out: carryOut } = decision.read(body);
    const action = carryOut ? 'connection.sweep' : 'connection.keep';
    const deleted = await this.audit.record(
      { who: caller.keyId, action, target: connectionId },
      async () => {
        await this.connections.find(connectionId);
        return this.source.resolveSweep(connectionId, carryOut);
      },
      (count) => `${connectionId}: ${String(count)} deleted`,
    );
    return { deleted };
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
    return shown(await this.source.run(runId), runId);
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
}

function shown(run: Run | undefined, id: string): object {
  if (run === undefined) throw notFound('run', id);
  return runView(run);
}
