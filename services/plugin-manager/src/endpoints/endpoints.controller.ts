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
import { bodyShape, listShape, queryShape, spaceField, spaceParameter } from '../reader.ts';
import { endpointDeliveryView, endpointView } from './endpoint-views.ts';
import { Endpoints, type WantedEndpoint } from './endpoints.ts';

const fields = {
  name: { type: 'string', minLength: 1, maxLength: 200, pattern: '^[^\\u0000-\\u001f]+$' },
  url: { type: 'string', maxLength: 2048, description: 'https alone' },
  subjects: {
    type: 'array',
    maxItems: 20,
    uniqueItems: true,
    items: { type: 'string', maxLength: 200 },
    description:
      'of events, with `*` for a token and `>` for the rest; none: only rules send to it',
  },
  enabled: { type: 'boolean' },
};
const wantedEndpoint = bodyShape<WantedEndpoint & { readonly space_id: string }>(
  {
    ...fields,
    subjects: { ...fields.subjects, default: [] },
    enabled: { ...fields.enabled, default: true },
    space_id: spaceField,
  },
  ['name', 'url'],
  { name: 'Our own system', url: 'https://example.com/hooks', subjects: ['communication.*'] },
);
const wantedChange = bodyShape<Partial<WantedEndpoint>>(fields, [], { enabled: true });
const state = { type: 'string', enum: ['pending', 'delivered', 'failed'] };
const wantedRotation = bodyShape<{ readonly keep_former_hours: number }>(
  {
    keep_former_hours: {
      type: 'integer',
      minimum: 0,
      maximum: 168,
      default: 24,
      description: 'for so long the former secret signs, too; 0 ends it at once',
    },
  },
  [],
  { keep_former_hours: 24 },
);
const deliveryList = listShape({ space_id: spaceField, state });
const endpointList = listShape({ space_id: spaceField });
const query = queryShape<{ space_id?: string }>({ space_id: spaceField });

const one = { description: 'the endpoint', schema: ref('Endpoint') };
const withSecret = { description: 'with its secret', schema: ref('EndpointWithSecret') };
const absent = refusal(404, 'there is no such endpoint in the space');
const invalid = refusal(422, 'the body is not valid; `errors` names every fault');
const badQuery = refusal(400, 'limit, cursor or state is not valid');
const away = refusal(503, 'the service of rules, or the wallet, does not answer now');

/** Outgoing webhooks. */
@ApiTags('endpoints')
@ApiDefaultResponse(problemResponse)
@Controller('admin/v1/endpoints')
export class EndpointsController {
  constructor(
    @Inject(Endpoints) private readonly endpoints: Endpoints,
    @Inject(AuditLog) private readonly audit: AuditLog,
  ) {}

  @Post()
  @RequireScope('admin:rules:write')
  @ApiOperation({ summary: 'Make an endpoint; its secret is shown here alone' })
  @ApiBody({ schema: wantedEndpoint.schema })
  @ApiResponse({ status: 201, ...withSecret })
  @ApiResponse(invalid)
  @ApiResponse(away)
  async create(@Body() body: unknown, @Req() { caller }: AdminRequest): Promise<object> {
    const { space_id: spaceId, ...wanted } = wantedEndpoint.read(body);
    const { endpoint, secret } = await this.audit.record(
      { who: caller.keyId, action: 'endpoint.create', target: spaceId },
      () => this.endpoints.create(spaceId, wanted),
      (made) => made.endpoint.id,
    );
    return { ...endpointView(endpoint), secret };
  }

  @Get()
  @RequireScope('admin:rules:read')
  @ApiOperation({ summary: 'List the endpoints of a space' })
  @ApiQuery(limitParameter)
  @ApiQuery(cursorParameter)
  @ApiQuery(spaceParameter)
  @ApiResponse({ status: 200, description: 'a page', schema: ref('EndpointPage') })
  @ApiResponse(badQuery)
  @ApiResponse(away)
  async list(@Query() asked: unknown): Promise<PageView<object>> {
    const { page, filters } = endpointList.read(asked);
    const { space_id: spaceId = 'default' } = filters;
    return pageView(await this.endpoints.list(spaceId, page), endpointView);
  }

  @Get(':endpoint')
  @RequireScope('admin:rules:read')
  @ApiOperation({ summary: 'Show an endpoint' })
  @ApiQuery(spaceParameter)
  @ApiResponse({ status: 200, ...one })
  @ApiResponse(absent)
  @ApiResponse(away)
  async show(@Param('endpoint') endpointId: string, @Query() asked: unknown): Promise<object> {
    return endpointView(await this.endpoints.find(keyOf(endpointId, asked)));
  }

  @Patch(':endpoint')
  @RequireScope('admin:rules:write')
  @ApiOperation({ summary: 'Change an endpoint, or switch it on again' })
  @ApiQuery(spaceParameter)
  @ApiBody({ schema: wantedChange.schema })
  @ApiResponse({ status: 200, ...one })
  @ApiResponse(absent)
  @ApiResponse(invalid)
  @ApiResponse(away)
  async change(
    @Param('endpoint') endpointId: string,
    @Query() asked: unknown,
    @Body() body: unknown,
    @Req() { caller }: AdminRequest,
  ): Promise<object> {
    const wanted = wantedChange.read(body);
    const endpoint = await this.audit.record(
      { who: caller.keyId, action: 'endpoint.change', target: endpointId },
      () => this.endpoints.change(keyOf(endpointId, asked), wanted),
      () => `${endpointId}: ${Object.keys(wanted).join(' ')}`,
    );
    return endpointView(endpoint);
  }

  @Delete(':endpoint')
  @HttpCode(204)
  @RequireScope('admin:rules:write')
  @ApiOperation({ summary: 'Delete an endpoint, its secret and its deliveries' })
  @ApiQuery(spaceParameter)
  @ApiResponse({ status: 204, description: 'deleted' })
  @ApiResponse(absent)
  @ApiResponse(away)
  async remove(
    @Param('endpoint') endpointId: string,
    @Query() asked: unknown,
    @Req() { caller }: AdminRequest,
  ): Promise<void> {
    const audited = { who: caller.keyId, action: 'endpoint.delete', target: endpointId };
    await this.audit.record(audited, () => this.endpoints.remove(keyOf(endpointId, asked)));
  }

  @Post(':endpoint/rotate-secret')
  @HttpCode(200)
  @RequireScope('admin:rules:write')
  @ApiOperation({
    summary: 'Give an endpoint a new secret, shown here alone',
    description:
      'Until the former one ends, `webhook-signature` has a signature with each, so that receivers can change theirs without losing an event.',
  })
  @ApiQuery(spaceParameter)
  @ApiBody({ schema: wantedRotation.schema, required: false })
  @ApiResponse({ status: 200, description: 'with its secret', schema: ref('EndpointRotated') })
  @ApiResponse(absent)
  @ApiResponse(invalid)
  @ApiResponse(away)
  async rotate(
    @Param('endpoint') endpointId: string,
    @Query() asked: unknown,
    @Body() body: unknown,
    @Req() { caller }: AdminRequest,
  ): Promise<object> {
    const { keep_former_hours: hours } = wantedRotation.read(body);
    const audited = { who: caller.keyId, action: 'endpoint.rotate_secret', target: endpointId };
    const { endpoint, secret, formerUntil } = await this.audit.record(audited, () =>
      this.endpoints.rotate(keyOf(endpointId, asked), hours),
    );
    const former = { former_secret_until: formerUntil?.toISOString() ?? null };
    return { ...endpointView(endpoint), secret, ...former };
  }

  @Get(':endpoint/deliveries')
  @RequireScope('admin:rules:read')
  @ApiOperation({ summary: 'What was sent to an endpoint, newest first, kept for 30 days' })
  @ApiQuery(limitParameter)
  @ApiQuery(cursorParameter)
  @ApiQuery({ name: 'state', required: false, schema: state })
  @ApiQuery(spaceParameter)
  @ApiResponse({ status: 200, description: 'a page', schema: ref('EndpointDeliveryPage') })
  @ApiResponse(badQuery)
  @ApiResponse(absent)
  @ApiResponse(away)
  async deliveries(
    @Param('endpoint') endpointId: string,
    @Query() asked: unknown,
  ): Promise<PageView<object>> {
    const { page, filters } = deliveryList.read(asked);
    const { space_id: spaceId = 'default', state: wanted = '' } = filters;
    const key = { spaceId, endpointId, state: wanted };
    return pageView(await this.endpoints.deliveries(key, page), endpointDeliveryView);
  }

  @Post(':endpoint/deliveries/:delivery/retry')
  @HttpCode(202)
  @RequireScope('admin:rules:write')
  @ApiOperation({ summary: 'Send once more what an endpoint has not taken' })
  @ApiQuery(spaceParameter)
  @ApiResponse({ status: 202, description: 'the delivery', schema: ref('EndpointDelivery') })
  @ApiResponse(absent)
  @ApiResponse(refusal(409, 'the endpoint has taken it'))
  @ApiResponse(away)
  async retry(
    @Param('endpoint') endpointId: string,
    @Param('delivery') deliveryId: string,
    @Query() asked: unknown,
    @Req() { caller }: AdminRequest,
  ): Promise<object> {
    const target = `${endpointId} ${deliveryId}`;
    const delivery = await this.audit.record(
      { who: caller.keyId, action: 'endpoint.retry', target },
      () => this.endpoints.retry(keyOf(endpointId, asked), deliveryId),
    );
    return endpointDeliveryView(delivery);
  }
}

function keyOf(endpointId: string, asked: unknown) {
  return { spaceId: query.read(asked).space_id ?? 'default', endpointId };
}
