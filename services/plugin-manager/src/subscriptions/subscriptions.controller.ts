import { Controller, Get, Inject, Param } from '@nestjs/common';
import { ApiDefaultResponse, ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import { ChangeConnection } from '../connections/change-connection.ts';
import { RequireScope } from '../keys/scope.guard.ts';
import { problemResponse, ref, refusal } from '../problem-schema.ts';
import { subscriptionView } from './subscription-schemas.ts';
import { Subscriptions } from './subscriptions.ts';

/** What sources were asked to send to the webhooks of a connection. */
@ApiTags('connections')
@ApiDefaultResponse(problemResponse)
@Controller('admin/v1/connections/:connection/subscriptions')
export class SubscriptionsController {
  constructor(
    @Inject(ChangeConnection) private readonly connections: ChangeConnection,
    @Inject(Subscriptions) private readonly subscriptions: Subscriptions,
  ) {}

  @Get()
  @RequireScope('admin:connections:read')
  @ApiOperation({ summary: 'List what the source of a connection was asked to send to webhooks' })
  @ApiResponse({ status: 200, description: 'all of them', schema: ref('SubscriptionList') })
  @ApiResponse(refusal(404, 'there is no such connection'))
  @ApiResponse(
    refusal(503, 'the service that knows does not answer now; try again after `Retry-After`'),
  )
  async list(@Param('connection') connectionId: string): Promise<object> {
    await this.connections.find(connectionId);
    return { data: (await this.subscriptions.list(connectionId)).map(subscriptionView) };
  }
}
