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
import { cursorParameter, limitParameter, problemResponse, ref } from '../problem-schema.ts';
import { bodyShape, listShape } from '../reader.ts';
import { ChangeConnection, type WantedChange, type WantedConnection } from './change-connection.ts';
import { connectionView, type ConnectionView } from './connection.ts';
import { ConnectionStore } from './connection-store.ts';

const fields = {
  name: { type: 'string', minLength: 1, maxLength: 200, pattern: '^[^\\u0000-\\u001f]+$' },
  config: {
    type: 'object',
    description: 'the whole config; it is sealed for the wallet and never shown again',
  },
  schedule: { type: 'string', maxLength: 100 },
  time_zone: { type: 'string', maxLength: 100 },
};
const wantedConnection = bodyShape<WantedConnection>(
  {
    plugin_id: { type: 'string', pattern: '^[a-z0-9.-]{1,128}$' },
    ...fields,
    config: { ...fields.config, default: {} },
    schedule: { ...fields.schedule, default: '' },
    time_zone: { ...fields.time_zone, default: '' },
    space_id: { type: 'string', pattern: '^[a-z0-9-]{1,64}$', default: 'default' },
  },
  ['plugin_id', 'name'],
  { plugin_id: 'com.example.my-connector', name: 'My account', config: { apiKey: '…' } },
);
const wantedChange = bodyShape<WantedChange>({ ...fields, paused: { type: 'boolean' } }, [], {
  paused: true,
});
const pluginFilter = { plugin_id: { type: 'string', maxLength: 128, pattern: '^[a-z0-9.-]+$' } };
const list = listShape(pluginFilter);

@ApiTags('connections')
@ApiDefaultResponse(problemResponse)
@Controller('admin/v1/connections')
export class ConnectionsController {
  constructor(
    @Inject(ConnectionStore) private readonly connections: ConnectionStore,
    @Inject(ChangeConnection) private readonly changes: ChangeConnection,
    @Inject(AuditLog) private readonly audit: AuditLog,
  ) {}

  @Post()
  @RequireScope('admin:connections:write')
  @ApiOperation({
    summary: 'Connect an account: the config is checked, sealed and kept by the wallet',
  })
  @ApiBody({ schema: wantedConnection.schema })
  @ApiResponse({ status: 201, description: 'the connection', schema: ref('Connection') })
  async create(@Body() body: unknown, @Req() { caller }: AdminRequest): Promise<ConnectionView> {
    const wanted = wantedConnection.read(body);
    const plugged = await this.audit.record(
      { who: caller.keyId, action: 'connection.create', target: wanted.plugin_id },
      () => this.changes.create(wanted),
      ({ connection }) => connection.id,
    );
    return connectionView(plugged);
  }

  @Get()
  @RequireScope('admin:connections:read')
  @ApiOperation({ summary: 'List connections' })
  @ApiQuery(limitParameter)
  @ApiQuery(cursorParameter)
  @ApiQuery({ name: 'plugin_id', required: false, schema: { type: 'string' } })
  @ApiResponse({ status: 200, description: 'a page', schema: ref('ConnectionPage') })
  async list(@Query() query: unknown): Promise<PageView<ConnectionView>> {
    const { page, filters } = list.read(query);
    return pageView(await this.connections.list(page, filters['plugin_id']), connectionView);
  }

  @Get(':connection')
  @RequireScope('admin:connections:read')
  @ApiOperation({ summary: 'Show a connection; values of its config are never shown' })
  @ApiResponse({ status: 200, description: 'the connection', schema: ref('Connection') })
  async show(@Param('connection') id: string): Promise<ConnectionView> {
    return connectionView(await this.changes.find(id));
  }

  @Patch(':connection')
  @RequireScope('admin:connections:write')
  @ApiOperation({
    summary: 'Change a connection; `config` replaces the whole config, `paused` holds it',
  })
  @ApiBody({ schema: wantedChange.schema })
  @ApiResponse({ status: 200, description: 'the connection', schema: ref('Connection') })
  async change(
    @Param('connection') id: string,
    @Body() body: unknown,
    @Req() { caller }: AdminRequest,
  ): Promise<ConnectionView> {
    const wanted = wantedChange.read(body);
    const plugged = await this.audit.record(
      { who: caller.keyId, action: 'connection.change', target: id },
      () => this.changes.change(id, wanted),
      () => `${id}: ${Object.keys(wanted).join(' ')}`,
    );
    return connectionView(plugged);
  }

  @Delete(':connection')
  @HttpCode(204)
  @RequireScope('admin:connections:write')
  @ApiOperation({ summary: 'Delete a connection, its config and its logs; what it brought stays' })
  @ApiResponse({ status: 204, description: 'deleted' })
  async remove(@Param('connection') id: string, @Req() { caller }: AdminRequest): Promise<void> {
    await this.audit.record({ who: caller.keyId, action: 'connection.delete', target: id }, () =>
      this.changes.remove(id),
    );
  }
}
