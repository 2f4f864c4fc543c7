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
import { ConnectionTasks } from './connection-tasks.ts';
import { taskView, type Task, type TaskView } from './task.ts';

const list = listShape();
const decision = bodyShape<{ carry_out: boolean; run_id?: string }>(
  {
    carry_out: { type: 'boolean', description: 'true deletes what was not seen, false keeps it' },
    run_id: {
      type: 'string',
      maxLength: 64,
      description:
        'the run that was looked at; nothing happens when the sweep of another one waits',
    },
  },
  ['carry_out'],
  { carry_out: false },
);
const selection = bodyShape<{ ids?: string[] }>(
  {
    ids: {
      type: 'array',
      minItems: 1,
      maxItems: 500,
      items: { type: 'string', pattern: '^[0-9a-f-]{36}$' },
      description: 'of quarantined items; left out for all',
    },
  },
  [],
  { ids: ['9d3f0c52-6b1e-4f7a-9a40-2c8e5d7b1f36'] },
);
const accepted = { status: 202, description: 'what goes on now', schema: ref('Task') };
const unknown = refusal(404, 'there is no such connection');
const invalid = refusal(422, 'the body is not valid; `errors` names every fault');
const away = refusal(
  503,
  'the service that knows does not answer now; try again after `Retry-After`',
);

/** What takes longer than an answer may: it is noted, goes on by itself, and can be looked at. */
@ApiTags('runs')
@ApiDefaultResponse(problemResponse)
@Controller('admin/v1')
export class TasksController {
  constructor(
    @Inject(ConnectionTasks) private readonly tasks: ConnectionTasks,
    @Inject(AuditLog) private readonly audit: AuditLog,
  ) {}

  @Post('connections/:connection/sweep')
  @HttpCode(202)
  @RequireScope('admin:connections:write')
  @ApiOperation({ summary: 'Decide on a sweep that was held because it would delete too much' })
  @ApiBody({ schema: decision.schema })
  @ApiResponse(accepted)
  @ApiResponse(unknown)
  @ApiResponse(refusal(409, 'no sweep waits or that of another run, or something else goes on'))
  @ApiResponse(invalid)
  @ApiResponse(away)
  sweep(
    @Param('connection') connectionId: string,
    @Body() body: unknown,
    @Req() { caller }: AdminRequest,
  ): Promise<TaskView> {
    const { carry_out: carryOut, run_id: runId } = decision.read(body);
    const who = caller.keyId;
    const asked = { action: carryOut ? 'connection.sweep' : 'connection.keep', connectionId };
    return this.#begin(who, asked, () => this.tasks.sweep({ connectionId, carryOut, runId, who }));
  }

  @Post('connections/:connection/quarantine/replay')
  @HttpCode(202)
  @RequireScope('admin:connections:write')
  @ApiOperation({ summary: 'Try quarantined items again: those named, or all' })
  @ApiBody({ schema: selection.schema, required: false })
  @ApiResponse(accepted)
  @ApiResponse(unknown)
  @ApiResponse(refusal(409, 'something else goes on for the connection'))
  @ApiResponse(invalid)
  replay(
    @Param('connection') connectionId: string,
    @Body() body: unknown,
    @Req() { caller }: AdminRequest,
  ): Promise<TaskView> {
    const { ids } = selection.read(body);
    const who = caller.keyId;
    return this.#begin(who, { action: 'connection.replay', connectionId }, () =>
      this.tasks.begin({ connectionId, kind: 'replay', ids, who }),
    );
  }

  @Post('connections/:connection/quarantine/drop')
  @HttpCode(200)
  @RequireScope('admin:connections:write')
  @ApiOperation({ summary: 'Drop quarantined items: those named, or all' })
  @ApiBody({ schema: selection.schema, required: false })
  @ApiResponse({ status: 200, description: 'how many were dropped', schema: ref('DropResult') })
  @ApiResponse(unknown)
  @ApiResponse(invalid)
  @ApiResponse(away)
  async drop(
    @Param('connection') connectionId: string,
    @Body() body: unknown,
    @Req() { caller }: AdminRequest,
  ): Promise<{ dropped: number }> {
    const { ids = [] } = selection.read(body);
    const dropped = await this.audit.record(
      { who: caller.keyId, action: 'connection.drop', target: connectionId },
      () => this.tasks.drop(connectionId, ids),
      (count) => `${connectionId}: ${String(count)} dropped`,
    );
    return { dropped };
  }

  @Get('connections/:connection/tasks')
  @RequireScope('admin:runs:read')
  @ApiOperation({ summary: 'What goes on and went on for a connection, newest first' })
  @ApiQuery(limitParameter)
  @ApiQuery(cursorParameter)
  @ApiResponse({ status: 200, description: 'a page', schema: ref('TaskPage') })
  @ApiResponse(refusal(400, 'limit or cursor is not valid'))
  async list(
    @Param('connection') connectionId: string,
    @Query() query: unknown,
  ): Promise<PageView<TaskView>> {
    return pageView(await this.tasks.list(connectionId, list.read(query).page), taskView);
  }

  @Get('tasks/:task')
  @RequireScope('admin:runs:read')
  @ApiOperation({ summary: 'Show a task' })
  @ApiResponse({ status: 200, description: 'the task', schema: ref('Task') })
  @ApiResponse(refusal(404, 'there is no such task'))
  async show(@Param('task') id: string): Promise<TaskView> {
    return taskView(await this.tasks.find(id));
  }

  @Post('tasks/:task/retry')
  @HttpCode(202)
  @RequireScope('admin:connections:write')
  @ApiOperation({ summary: 'Do once more what failed, from where it stood, as another task' })
  @ApiResponse(accepted)
  @ApiResponse(refusal(404, 'there is no such task, or its connection is gone'))
  @ApiResponse(refusal(409, 'it has not failed, or something else goes on for the connection'))
  async retry(@Param('task') id: string, @Req() { caller }: AdminRequest): Promise<TaskView> {
    const task = await this.audit.record(
      { who: caller.keyId, action: 'task.retry', target: id },
      () => this.tasks.retry(id, caller.keyId),
      (made) => `${id} task ${made.id}`,
    );
    return taskView(task);
  }

  @Post('tasks/:task/cancel')
  @HttpCode(200)
  @RequireScope('admin:connections:write')
  @ApiOperation({ summary: 'End a task as failed; what it has done stays done' })
  @ApiResponse({ status: 200, description: 'the task', schema: ref('Task') })
  @ApiResponse(refusal(404, 'there is no such task'))
  @ApiResponse(refusal(409, 'it has ended already'))
  async cancel(@Param('task') id: string, @Req() { caller }: AdminRequest): Promise<TaskView> {
    const audited = { who: caller.keyId, action: 'task.cancel', target: id };
    return taskView(await this.audit.record(audited, () => this.tasks.cancel(id)));
  }

  async #begin(
    who: string,
    { action, connectionId }: { action: string; connectionId: string },
    begin: () => Promise<Task>,
  ): Promise<TaskView> {
    const task = await this.audit.record(
      { who, action: `${action}.ask`, target: connectionId },
      begin,
      ({ id }) => `${connectionId} task ${id}`,
    );
    return taskView(task);
  }
}
