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
import { Deliveries } from './deliveries.ts';
import {
  contentView,
  deliveryView,
  replayQuery,
  stateField,
  stateNamed,
} from './delivery-schemas.ts';

const list = listShape({ state: stateField });
const unknown = refusal(404, 'there is no such connection');
const unknownOne = refusal(404, 'the connection has no such delivery; it may have been forgotten');
const away = refusal(503, 'the gateway does not answer now; try again after `Retry-After`');

/** What providers have sent to the webhooks of a connection. */
@ApiTags('deliveries')
@ApiDefaultResponse(problemResponse)
@Controller('admin/v1/connections/:connection/deliveries')
export class DeliveriesController {
  constructor(
    @Inject(ChangeConnection) private readonly connections: ChangeConnection,
    @Inject(Deliveries) private readonly deliveries: Deliveries,
    @Inject(AuditLog) private readonly audit: AuditLog,
  ) {}

  @Get()
  @RequireScope('admin:runs:read')
  @ApiOperation({ summary: 'List what webhooks of a connection have received, newest first' })
  @ApiQuery(limitParameter)
  @ApiQuery(cursorParameter)
  @ApiQuery({ name: 'state', required: false, schema: stateField })
  @ApiResponse({ status: 200, description: 'a page', schema: ref('DeliveryPage') })
  @ApiResponse(refusal(400, 'a parameter is not valid'))
  @ApiResponse(unknown)
  @ApiResponse(away)
  async list(
    @Param('connection') connectionId: string,
    @Query() query: unknown,
  ): Promise<PageView<object>> {
    const { page, filters } = list.read(query);
    await this.connections.find(connectionId);
    const found = await this.deliveries.list(connectionId, page, stateNamed(filters['state']));
    return pageView(found, deliveryView);
  }

  @Get(':delivery')
  @RequireScope('admin:data:read')
  @ApiOperation({ summary: 'Show a delivery with its content, which is noted in the audit' })
  @ApiResponse({ status: 200, description: 'the delivery', schema: ref('DeliveryContent') })
  @ApiResponse(unknownOne)
  @ApiResponse(away)
  async show(
    @Param('connection') connectionId: string,
    @Param('delivery') deliveryId: string,
    @Req() { caller }: AdminRequest,
  ): Promise<object> {
    const audited = {
      who: caller.keyId,
      action: 'delivery.read',
      target: `${connectionId} ${deliveryId}`,
    };
    return contentView(
      await this.audit.record(audited, async () => {
        await this.connections.find(connectionId);
        return this.deliveries.find(connectionId, deliveryId);
      }),
    );
  }

  @Post('replay')
  @HttpCode(202)
  @RequireScope('admin:connections:write')
  @ApiOperation({
    summary: 'Give all that have failed to the plugin once more; of very many the newest 2000',
  })
  @ApiQuery({ name: 'state', required: false, schema: { type: 'string', enum: ['failed'] } })
  @ApiResponse({ status: 202, description: 'how many', schema: ref('ReplayedDeliveries') })
  @ApiResponse(refusal(400, 'a parameter is not valid'))
  @ApiResponse(unknown)
  @ApiResponse(away)
  async replayFailed(
    @Param('connection') connectionId: string,
    @Query() query: unknown,
    @Req() { caller }: AdminRequest,
  ): Promise<object> {
    replayQuery.read(query);
    const audited = { who: caller.keyId, action: 'delivery.replay_failed', target: connectionId };
    const { replayed, hasMore } = await this.audit.record(audited, async () => {
      await this.connections.find(connectionId);
      return this.deliveries.replayFailed(connectionId);
    });
    return { replayed, has_more: hasMore };
  }

  @Post(':delivery/replay')
  @HttpCode(202)
  @RequireScope('admin:connections:write')
  @ApiOperation({
    summary: 'Give a delivery to the plugin once more; one that waits for a try waits no longer',
  })
  @ApiResponse({ status: 202, description: 'the delivery', schema: ref('Delivery') })
  @ApiResponse(unknownOne)
  @ApiResponse(away)
  async replay(
    @Param('connection') connectionId: string,
    @Param('delivery') deliveryId: string,
    @Req() { caller }: AdminRequest,
  ): Promise<object> {
    const audited = {
      who: caller.keyId,
      action: 'delivery.replay',
      target: `${connectionId} ${deliveryId}`,
    };
    return deliveryView(
      await this.audit.record(audited, async () => {
        await this.connections.find(connectionId);
        return this.deliveries.replay(connectionId, deliveryId);
      }),
    );
  }
}
