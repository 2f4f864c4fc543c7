import { Controller, HttpCode, Inject, Param, Post, Req, Res } from '@nestjs/common';
import { ApiDefaultResponse, ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import { AuditLog } from '../audit/audit-log.ts';
import { RequireScope, type AdminRequest } from '../keys/scope.guard.ts';
import { problemResponse, ref, refusal } from '../problem-schema.ts';
import { ChangeConnection } from './change-connection.ts';
import { ShowConnections, type ShownConnection } from '../webhooks/webhook-view.ts';
import { etagOf } from './etag.ts';

interface Reply {
  header(name: string, value: string): void;
}

const changed = {
  status: 200,
  description: 'the connection',
  headers: { ETag: { description: 'changes with the connection', schema: { type: 'string' } } },
  schema: ref('Connection'),
} as const;
const unknown = refusal(404, 'there is no such connection');
const deleting = refusal(409, 'the connection is being deleted');

/** Holds a connection, and lets it go on; asked again nothing changes. */
@ApiTags('connections')
@ApiDefaultResponse(problemResponse)
@Controller('admin/v1/connections')
export class PausesController {
  constructor(
    @Inject(ChangeConnection) private readonly changes: ChangeConnection,
    @Inject(AuditLog) private readonly audit: AuditLog,
    @Inject(ShowConnections) private readonly shown: ShowConnections,
  ) {}

  @Post(':connection/pause')
  @HttpCode(200)
  @RequireScope('admin:connections:write')
  @ApiOperation({ summary: 'Hold a connection: no run begins until it is resumed' })
  @ApiResponse(changed)
  @ApiResponse(unknown)
  @ApiResponse(deleting)
  pause(
    @Param('connection') id: string,
    @Req() { caller }: AdminRequest,
    @Res({ passthrough: true }) reply: Reply,
  ): Promise<ShownConnection> {
    const audited = { who: caller.keyId, action: 'connection.pause', target: id };
    return this.#set(audited, true, reply);
  }

  @Post(':connection/resume')
  @HttpCode(200)
  @RequireScope('admin:connections:write')
  @ApiOperation({ summary: 'Let a connection that is paused go on' })
  @ApiResponse(changed)
  @ApiResponse(unknown)
  @ApiResponse(deleting)
  resume(
    @Param('connection') id: string,
    @Req() { caller }: AdminRequest,
    @Res({ passthrough: true }) reply: Reply,
  ): Promise<ShownConnection> {
    const audited = { who: caller.keyId, action: 'connection.resume', target: id };
    return this.#set(audited, false, reply);
  }

  async #set(
    audited: { who: string; action: string; target: string },
    paused: boolean,
    reply: Reply,
  ): Promise<ShownConnection> {
    const plugged = await this.audit.record(audited, () =>
      this.changes.setPaused(audited.target, paused),
    );
    reply.header('ETag', etagOf(plugged.connection));
    return this.shown.show(plugged);
  }
}
