import {
  Body,
  Controller,
  Delete,
  Get,
  HttpCode,
  Inject,
  Param,
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
import { pageView, type PageView } from '../page.ts';
import {
  cursorParameter,
  limitParameter,
  problemResponse,
  ref,
  refusal,
} from '../problem-schema.ts';
import { bodyShape, listShape, spaceField } from '../reader.ts';
import { adminScopes, apiKeyView, clientScopes, everyScope, type ApiKeyView } from './api-key.ts';
import { ManageKeys, type WantedKey } from './manage-keys.ts';
import { RequireScope, type AdminRequest } from './scope.guard.ts';

const list = listShape();
const wantedKey = bodyShape<WantedKey>(
  {
    name: { type: 'string', minLength: 1, maxLength: 200, pattern: '^[^\\u0000-\\u001f]+$' },
    scopes: {
      type: 'array',
      minItems: 1,
      uniqueItems: true,
      items: { type: 'string', enum: [everyScope, ...adminScopes, ...clientScopes] },
    },
    space_id: spaceField,
    expires_at: { type: 'string', pattern: '^\\d{4}-\\d{2}-\\d{2}T\\d{2}:\\d{2}', maxLength: 40 },
  },
  ['name', 'scopes', 'expires_at'],
  {
    name: 'search page',
    scopes: ['search:read', 'data:read'],
    expires_at: '2027-11-21T00:00:00Z',
  },
);

@ApiTags('keys')
@ApiDefaultResponse(problemResponse)
@Controller('admin/v1/keys')
export class KeysController {
  constructor(
    @Inject(ManageKeys) private readonly keys: ManageKeys,
    @Inject(AuditLog) private readonly audit: AuditLog,
  ) {}

  @Post()
  @RequireScope('admin:keys:write')
  @ApiOperation({ summary: 'Make a key; it is shown once and only its hash is kept' })
  @ApiBody({ schema: wantedKey.schema })
  @ApiResponse({ status: 201, description: 'the key', schema: ref('MadeKey') })
  @ApiResponse(refusal(422, 'the body is not valid, or its scopes are of two APIs'))
  @ApiResponse(
    refusal(503, 'the service that knows does not answer now; try again after `Retry-After`'),
  )
  async create(
    @Body() body: unknown,
    @Req() { caller }: AdminRequest,
  ): Promise<ApiKeyView & { key: string }> {
    const wanted = wantedKey.read(body);
    const { key, stored } = await this.audit.record(
      { who: caller.keyId, action: 'key.create', target: '' },
      () => this.keys.create(caller, wanted),
      (made) => `${made.stored.id}: ${made.stored.scopes.join(' ')}`,
    );
    return { ...apiKeyView(stored), key };
  }

  @Get()
  @RequireScope('admin:keys:write')
  @ApiOperation({ summary: 'List keys, without the keys themselves' })
  @ApiQuery(limitParameter)
  @ApiQuery(cursorParameter)
  @ApiResponse({ status: 200, description: 'a page', schema: ref('ApiKeyPage') })
  @ApiResponse(refusal(400, 'limit or cursor is not valid'))
  async list(@Query() query: unknown): Promise<PageView<ApiKeyView>> {
    return pageView(await this.keys.list(list.read(query).page), apiKeyView);
  }

  @Delete(':key')
  @HttpCode(204)
  @RequireScope('admin:keys:write')
  @ApiOperation({ summary: 'Revoke a key at once' })
  @ApiResponse({ status: 204, description: 'revoked' })
  @ApiResponse(refusal(404, 'there is no such key'))
  @ApiResponse(refusal(409, 'the key that the platform was set up with is not revoked here'))
  @ApiResponse(
    refusal(503, 'the service that knows does not answer now; try again after `Retry-After`'),
  )
  async revoke(@Param('key') id: string, @Req() { caller }: AdminRequest): Promise<void> {
    await this.audit.record({ who: caller.keyId, action: 'key.revoke', target: id }, () =>
      this.keys.revoke(id),
    );
  }
}
