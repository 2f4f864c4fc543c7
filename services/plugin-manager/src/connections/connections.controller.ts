import {
  Body,
  Controller,
  Delete,
  Get,
  Inject,
  Param,
  Patch,
  Post,
  Query,
  Req,
  Res,
} from '@nestjs/common';
import {
  ApiBody,
  ApiDefaultResponse,
  ApiHeader,
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
import { ConnectionTasks } from '../tasks/connection-tasks.ts';
import { taskView, type TaskView } from '../tasks/task.ts';
import { ChangeConnection, type WantedChange, type WantedConnection } from './change-connection.ts';
import { ShowConnections, type ShownConnection } from '../webhooks/webhook-view.ts';
import type { PluggedConnection } from './connection.ts';
import { etagOf, expectedGeneration } from './etag.ts';
import { runSettingFields } from './run-settings.ts';

const fields = {
  name: { type: 'string', minLength: 1, maxLength: 200, pattern: '^[^\\u0000-\\u001f]+$' },
  config: {
    type: 'object',
    description: 'the whole config; it is sealed for the wallet and never shown again',
  },
  schedule: { type: 'string', maxLength: 100 },
  time_zone: { type: 'string', maxLength: 100 },
  ...runSettingFields,
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
const deletion = listShape({ data: { type: 'string', enum: ['keep', 'erase'] } });

interface Reply {
  status(code: number): void;
  header(name: string, value: string): void;
}

const ifMatch = {
  name: 'If-Match',
  required: false,
  description: '`ETag` of the answer that the change stands on; without it the last change wins',
} as const;
const etag = { ETag: { description: 'changes with the connection', schema: { type: 'string' } } };

@ApiTags('connections')
@ApiDefaultResponse(problemResponse)
@Controller('admin/v1/connections')
export class ConnectionsController {
  constructor(
    @Inject(ChangeConnection) private readonly changes: ChangeConnection,
    @Inject(ConnectionTasks) private readonly tasks: ConnectionTasks,
    @Inject(AuditLog) private readonly audit: AuditLog,
    @Inject(ShowConnections) private readonly shown: ShowConnections,
  ) {}

  @Post()
  @RequireScope('admin:connections:write')
  @ApiOperation({
    summary: 'Connect an account: the config is checked, sealed and kept by the wallet',
  })
  @ApiBody({ schema: wantedConnection.schema })
  @ApiResponse({
    status: 201,
    description:
      'the connection; with the token of its webhooks, where the address is all that proves their sender',
    headers: etag,
    schema: ref('CreatedConnection'),
  })
  @ApiResponse(refusal(404, 'there is no such plugin'))
  @ApiResponse(refusal(413, 'the config has more than 256 KiB'))
  @ApiResponse(
    refusal(
      422,
      'the body, the config or the schedule is not valid; `errors` names every fault, never a value',
    ),
  )
  async create(
    @Body() body: unknown,
    @Req() { caller }: AdminRequest,
    @Res({ passthrough: true }) reply: Reply,
  ): Promise<ShownConnection & { readonly webhook_token: string | null }> {
    const wanted = wantedConnection.read(body);
    const plugged = await this.audit.record(
      { who: caller.keyId, action: 'connection.create', target: wanted.plugin_id },
      () => this.changes.create(wanted),
      ({ connection }) => connection.id,
    );
    reply.header('ETag', etagOf(plugged.connection));
    const { webhookToken } = plugged;
    return { ...this.shown.show(plugged, webhookToken), webhook_token: webhookToken ?? null };
  }

  @Get()
  @RequireScope('admin:connections:read')
  @ApiOperation({ summary: 'List connections' })
  @ApiQuery(limitParameter)
  @ApiQuery(cursorParameter)
  @ApiQuery({ name: 'plugin_id', required: false, schema: { type: 'string' } })
  @ApiResponse({ status: 200, description: 'a page', schema: ref('ConnectionPage') })
  @ApiResponse(refusal(400, 'limit or cursor is not valid'))
  async list(@Query() query: unknown): Promise<PageView<ShownConnection>> {
    const { page, filters } = list.read(query);
    const found = await this.changes.list(page, filters['plugin_id']);
    return pageView(found, (plugged) => this.shown.show(plugged));
  }

  @Get(':connection')
  @RequireScope('admin:connections:read')
  @ApiOperation({ summary: 'Show a connection; values of its config are never shown' })
  @ApiResponse({
    status: 200,
    description: 'the connection',
    headers: etag,
    schema: ref('Connection'),
  })
  @ApiResponse(refusal(404, 'there is no such connection'))
  async show(
    @Param('connection') id: string,
    @Res({ passthrough: true }) reply: Reply,
  ): Promise<ShownConnection> {
    return this.#show(await this.changes.find(id), reply);
  }

  @Patch(':connection')
  @RequireScope('admin:connections:write')
  @ApiOperation({
    summary: 'Change a connection; `config` replaces the whole config, `paused` holds it',
  })
  @ApiHeader(ifMatch)
  @ApiBody({ schema: wantedChange.schema })
  @ApiResponse({
    status: 200,
    description: 'the connection',
    headers: etag,
    schema: ref('Connection'),
  })
  @ApiResponse(refusal(404, 'there is no such connection'))
  @ApiResponse(refusal(409, 'the connection is being deleted'))
  @ApiResponse(refusal(412, 'If-Match names a state that is past; read the connection again'))
  @ApiResponse(refusal(413, 'the config has more than 256 KiB'))
  @ApiResponse(
    refusal(
      422,
      'the body, the config or the schedule is not valid; `errors` names every fault, never a value',
    ),
  )
  async change(
    @Param('connection') id: string,
    @Body() body: unknown,
    @Req() { caller, headers }: AdminRequest,
    @Res({ passthrough: true }) reply: Reply,
  ): Promise<ShownConnection> {
    const wanted = wantedChange.read(body);
    const expected = expectedGeneration(headers['if-match']);
    const plugged = await this.audit.record(
      { who: caller.keyId, action: 'connection.change', target: id },
      () => this.changes.change(id, wanted, expected),
      () => `${id}: ${Object.keys(wanted).join(' ')}`,
    );
    return this.#show(plugged, reply);
  }

  @Delete(':connection')
  @RequireScope('admin:connections:write')
  @ApiOperation({
    summary:
      'Delete a connection, its config and its logs; what it brought stays, or is erased with `data=erase`, also later and by the same id',
  })
  @ApiQuery({
    name: 'data',
    required: false,
    schema: { type: 'string', enum: ['keep', 'erase'], default: 'keep' },
  })
  @ApiResponse({ status: 204, description: 'deleted' })
  @ApiResponse({
    status: 202,
    description:
      'the task that deletes it: with `data=erase` what it brought first; without, once its plugin has ended what its source was asked to send, or after about 20 seconds',
    schema: ref('Task'),
  })
  @ApiResponse(refusal(400, 'the query is not valid'))
  @ApiResponse(refusal(404, 'there is no such connection'))
  @ApiResponse(refusal(409, 'something else goes on for the connection, its deletion for example'))
  async remove(
    @Param('connection') id: string,
    @Query() query: unknown,
    @Req() { caller: { keyId: who } }: AdminRequest,
    @Res({ passthrough: true }) reply: Reply,
  ): Promise<TaskView | undefined> {
    const isErased = deletion.read(query).filters['data'] === 'erase';
    const action = isErased ? 'connection.delete.ask' : 'connection.delete';
    const task = await this.audit.record({ who, action, target: id }, () =>
      isErased ? this.tasks.delete(id, who) : this.tasks.remove(id, who),
    );
    reply.status(task === undefined ? 204 : 202);
    return task && taskView(task);
  }

  #show(plugged: PluggedConnection, reply: Reply): ShownConnection {
    reply.header('ETag', etagOf(plugged.connection));
    return this.shown.show(plugged);
  }
}
