import { Controller, Inject, Param, Post, Req } from '@nestjs/common';
import { ApiDefaultResponse, ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import { AuditLog } from '../audit/audit-log.ts';
import { ChangeConnection } from '../connections/change-connection.ts';
import { RequireScope, type AdminRequest } from '../keys/scope.guard.ts';
import { problemResponse, ref, refusal } from '../problem-schema.ts';
import { ShowConnections, type WebhookView } from './webhook-view.ts';

@ApiTags('connections')
@ApiDefaultResponse(problemResponse)
@Controller('admin/v1/connections')
export class WebhookTokenController {
  constructor(
    @Inject(ChangeConnection) private readonly changes: ChangeConnection,
    @Inject(ShowConnections) private readonly shown: ShowConnections,
    @Inject(AuditLog) private readonly audit: AuditLog,
  ) {}

  @Post(':connection/webhook-token')
  @RequireScope('admin:connections:write')
  @ApiOperation({
    summary:
      'Make another token for the addresses of webhooks that are not signed; the one before opens nothing any more',
  })
  @ApiResponse({
    status: 201,
    description: 'the token, which is shown this once, and the addresses with it',
    schema: ref('WebhookToken'),
  })
  @ApiResponse(refusal(404, 'there is no such connection'))
  @ApiResponse(refusal(409, 'no webhook of it needs a token, or it is being deleted'))
  async renew(
    @Param('connection') id: string,
    @Req() { caller }: AdminRequest,
  ): Promise<{ token: string; webhooks: readonly WebhookView[] }> {
    const { token, plugged } = await this.audit.record(
      { who: caller.keyId, action: 'connection.webhook_token', target: id },
      () => this.changes.renewWebhookToken(id),
    );
    return { token, webhooks: this.shown.show(plugged, token).webhooks };
  }
}
