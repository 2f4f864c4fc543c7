import { toJson } from '@bufbuild/protobuf';
import { Bus } from '@made-open/bus';
import {
  EntityService,
  RunCountsSchema,
  RunErrorSchema,
  RunStateSchema,
  RunUsageSchema,
  SchedulerService,
  type Run,
} from '@made-open/contracts';
import {
  Body,
  Controller,
  Delete,
  Get,
  HttpCode,
  Inject,
  Param,
  Patch,
  Post,
  Query,
  Req,
} from '@nestjs/common';
import { ApiBearerAuth, ApiOperation, ApiTags } from '@nestjs/swagger';
import { AuditLog } from '../audit/audit-log.ts';
import { notFound } from '../errors.ts';
import { RequireScope } from '../keys/scope.guard.ts';
import { bodyReader, pageLimit } from '../read-body.ts';
import { ConnectionStore, type ConnectionChange, type ConnectionView } from './connection-store.ts';
import { RunLogStore } from './run-log-store.ts';

const fields = {
  name: { type: 'string', minLength: 1, maxLength: 200 },
  config: { type: 'object' },
  schedule: { type: 'string', maxLength: 100 },
  time_zone: { type: 'string', maxLength: 100 },
};
const readNew = bodyReader<{
  plugin_id: string;
  name: string;
  config: Record<string, unknown>;
  schedule: string;
  time_zone: string;
  space_id: string;
}>(
  {
    ...fields,
    plugin_id: { type: 'string' },
    config: { type: 'object', default: {} },
    schedule: { ...fields.schedule, default: '' },
    time_zone: { ...fields.time_zone, default: '' },
    space_id: { type: 'string', pattern: '^[a-z0-9-]{1,64}$', default: 'default' },
  },
  ['plugin_id', 'name'],
);
const readChange = bodyReader<ConnectionChange>({ ...fields, paused: { type: 'boolean' } }, []);
const readSweep = bodyReader<{ carry_out: boolean }>({ carry_out: { type: 'boolean' } }, [
  'carry_out',
]);

interface AdminRequest {
  readonly caller?: string;
}

@ApiTags('connections')
@ApiBearerAuth('key')
@Controller('admin/v1')
export class ConnectionsController {
  constructor(
    @Inject(ConnectionStore) private readonly connections: ConnectionStore,
    @Inject(RunLogStore) private readonly logs: RunLogStore,
    @Inject(AuditLog) private readonly audit: AuditLog,
    @Inject(Bus) private readonly bus: Bus,
  ) {}

  @Post('connections')
  @RequireScope('admin:connections:write')
  @ApiOperation({
    summary: 'Connect an account: the config is checked, sealed and kept by the wallet',
  })
  async create(@Body() body: unknown, @Req() request: AdminRequest): Promise<ConnectionView> {
    const connection = await this.connections.create(readNew(body));
    await this.audit.append(request.caller ?? '', 'connection.create', connection.id);
    return connection;
  }

  @Get('connections')
  @RequireScope('admin:connections:read')
  list(@Query('limit') limit?: string, @Query('cursor') cursor = ''): Promise<object> {
    return this.connections.list(pageLimit(limit), cursor);
  }

  @Get('connections/:id')
  @RequireScope('admin:connections:read')
  show(@Param('id') id: string): Promise<ConnectionView> {
    return this.connections.show(id);
  }

  @Patch('connections/:id')
  @RequireScope('admin:connections:write')
  async change(
    @Param('id') id: string,
    @Body() body: unknown,
    @Req() request: AdminRequest,
  ): Promise<ConnectionView> {
    const connection = await this.connections.change(id, readChange(body));
    await this.audit.append(request.caller ?? '', 'connection.change', id);
    return connection;
  }

  @Delete('connections/:id')
  @HttpCode(204)
  @RequireScope('admin:connections:write')
  async remove(@Param('id') id: string, @Req() request: AdminRequest): Promise<void> {
    await this.connections.remove(id);
    await this.audit.append(request.caller ?? '', 'connection.delete', id);
  }

  @Post('connections/:id/sync')
  @HttpCode(202)
  @RequireScope('admin:connections:write')
  async sync(@Param('id') id: string, @Req() request: AdminRequest): Promise<object> {
    await this.connections.show(id);
    const { run, alreadyRunning } = await this.bus.call(SchedulerService.method.requestSync, {
      connectionId: id,
    });
    await this.audit.append(request.caller ?? '', 'connection.sync', id);
    return { run: run === undefined ? null : runView(run), already_running: alreadyRunning };
  }

  @Get('connections/:id/runs')
  @RequireScope('admin:runs:read')
  async runs(
    @Param('id') id: string,
    @Query('limit') limit?: string,
    @Query('cursor') cursor = '',
  ): Promise<object> {
    const { runs, nextCursor } = await this.bus.call(SchedulerService.method.listRuns, {
      connectionId: id,
      limit: pageLimit(limit),
      cursor,
    });
    return { data: runs.map(runView), next_cursor: nextCursor || null };
  }

  @Get('connections/:id/quarantine')
  @RequireScope('admin:runs:read')
  async quarantine(
    @Param('id') id: string,
    @Query('limit') limit?: string,
    @Query('cursor') cursor = '',
  ): Promise<object> {
    const { items, nextCursor } = await this.bus.call(EntityService.method.listQuarantine, {
      connectionId: id,
      limit: pageLimit(limit),
      cursor,
    });
    const data = items.map((item) => ({
      id: item.id,
      type: item.type,
      external_id: item.externalId,
      reason: item.reason,
      run_id: item.runId,
      created_at: item.createdAt,
    }));
    return { data, next_cursor: nextCursor || null };
  }

  @Post('connections/:id/sweep')
  @HttpCode(200)
  @RequireScope('admin:connections:write')
  @ApiOperation({ summary: 'Decide on a sweep that was held because it would delete too much' })
  async sweep(
    @Param('id') id: string,
    @Body() body: unknown,
    @Req() request: AdminRequest,
  ): Promise<object> {
    const { carry_out: carryOut } = readSweep(body);
    const { deleted } = await this.bus.call(EntityService.method.resolveSweep, {
      connectionId: id,
      carryOut,
    });
    await this.audit.append(
      request.caller ?? '',
      'connection.sweep',
      id,
      carryOut ? `deleted ${String(deleted)}` : 'kept',
    );
    return { deleted };
  }

  @Get('runs/:id')
  @RequireScope('admin:runs:read')
  async run(@Param('id') id: string): Promise<object> {
    const { run } = await this.bus.call(SchedulerService.method.getRun, { runId: id });
    if (run === undefined) throw notFound('run', id);
    return runView(run);
  }

  @Get('runs/:id/logs')
  @RequireScope('admin:runs:read')
  runLogs(
    @Param('id') id: string,
    @Query('limit') limit?: string,
    @Query('cursor') cursor = '',
  ): Promise<object> {
    return this.logs.list(id, pageLimit(limit), cursor);
  }
}

function runView(run: Run): object {
  const options = { useProtoFieldName: true, alwaysEmitImplicit: true };
  return {
    id: run.runId,
    connection_id: run.connectionId,
    plugin_id: run.pluginId,
    state: RunStateSchema.value[run.state]?.localName.toLowerCase() ?? 'unknown',
    trigger: run.trigger,
    epoch: run.epoch,
    attempt: run.attempt,
    slice: run.slice,
    queued_at: run.queuedAt || null,
    started_at: run.startedAt || null,
    finished_at: run.finishedAt || null,
    counts: run.counts === undefined ? null : toJson(RunCountsSchema, run.counts, options),
    usage: run.usage === undefined ? null : toJson(RunUsageSchema, run.usage, options),
    error: run.error === undefined ? null : toJson(RunErrorSchema, run.error, options),
    sweep_held: run.sweepHeld,
  };
}
