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
import { ApiBearerAuth, ApiOperation, ApiTags } from '@nestjs/swagger';
import { AuditLog } from '../audit/audit-log.ts';
import { OverrideFile } from '../egress/override-file.ts';
import { notFound } from '../errors.ts';
import { Fleet } from '../fleet/fleet.ts';
import { bodyReader, pageLimit } from '../read-body.ts';
import { ApiKeys } from './api-keys.ts';
import { RequireScope } from './scope.guard.ts';

const readNew = bodyReader<{
  name: string;
  scopes: string[];
  space_id: string;
  expires_at: string;
}>(
  {
    name: { type: 'string', minLength: 1, maxLength: 200 },
    scopes: { type: 'array', minItems: 1, uniqueItems: true, items: { type: 'string' } },
    space_id: { type: 'string', pattern: '^[a-z0-9-]{1,64}$', default: 'default' },
    expires_at: { type: 'string', pattern: '^\\d{4}-\\d{2}-\\d{2}T' },
  },
  ['name', 'scopes', 'expires_at'],
);

interface AdminRequest {
  readonly caller?: string;
}

@ApiTags('operation')
@ApiBearerAuth('key')
@Controller('admin/v1')
export class KeysController {
  constructor(
    @Inject(ApiKeys) private readonly keys: ApiKeys,
    @Inject(AuditLog) private readonly audit: AuditLog,
    @Inject(Fleet) private readonly fleet: Fleet,
    @Inject(OverrideFile) private readonly overrides: OverrideFile,
  ) {}

  @Post('keys')
  @RequireScope('admin:keys:write')
  @ApiOperation({ summary: 'Make a key; it is shown once and only its hash is kept' })
  async create(
    @Body() body: unknown,
    @Req() request: AdminRequest,
  ): Promise<{ id: string; key: string }> {
    const made = await this.keys.create(readNew(body));
    await this.audit.append(request.caller ?? '', 'key.create', made.id);
    return made;
  }

  @Get('keys')
  @RequireScope('admin:keys:write')
  async list(): Promise<object> {
    return { data: await this.keys.list(), next_cursor: null };
  }

  @Delete('keys/:id')
  @HttpCode(204)
  @RequireScope('admin:keys:write')
  async revoke(@Param('id') id: string, @Req() request: AdminRequest): Promise<void> {
    if (!(await this.keys.revoke(id))) throw notFound('key', id);
    await this.audit.append(request.caller ?? '', 'key.revoke', id);
  }

  @Get('runners')
  @RequireScope('admin:runs:read')
  runners(): object {
    return { data: this.fleet.view(), next_cursor: null };
  }

  @Post('runners/:pluginId/reset')
  @HttpCode(200)
  @RequireScope('admin:plugins:write')
  @ApiOperation({ summary: 'Let a plugin whose runner crashed too often start again' })
  async reset(@Param('pluginId') pluginId: string, @Req() request: AdminRequest): Promise<object> {
    this.fleet.reset(pluginId);
    await this.audit.append(request.caller ?? '', 'runner.reset', pluginId);
    return this.runners();
  }

  @Get('egress-overrides')
  @RequireScope('admin:plugins:read')
  egress(): object {
    return { data: this.overrides.view(), next_cursor: null };
  }

  @Get('audit')
  @RequireScope('admin:audit:read')
  auditPage(@Query('limit') limit?: string, @Query('cursor') cursor = ''): Promise<object> {
    return this.audit.list(pageLimit(limit), cursor);
  }
}
