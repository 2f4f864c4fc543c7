import {
  Body,
  Controller,
  Delete,
  Get,
  HttpCode,
  Inject,
  Param,
  Post,
  Put,
  Req,
} from '@nestjs/common';
import { ApiBody, ApiDefaultResponse, ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import { AuditLog } from '../audit/audit-log.ts';
import { ChangeConnection } from '../connections/change-connection.ts';
import { RequireScope, type AdminRequest } from '../keys/scope.guard.ts';
import { PluginStore } from '../plugins/plugin-store.ts';
import { problemResponse, ref, refusal } from '../problem-schema.ts';
import { bodyShape } from '../reader.ts';
import { Accounts, flowNames } from './account-client.ts';
import {
  configureAccountClient,
  findAccountClient,
  removeAccountClient,
  type AccountClientView,
  type WantedClient,
} from './configure-account-client.ts';

const url = { type: 'string', pattern: '^https://', maxLength: 2000 };
const wantedClient = bodyShape<WantedClient>(
  {
    client_id: { type: 'string', minLength: 1, maxLength: 512 },
    client_secret: {
      type: ['string', 'null'],
      minLength: 1,
      maxLength: 4096,
      description: 'left out it stays as it is; null for a public client; it is never shown again',
    },
    flow: { type: 'string', enum: flowNames },
    authorization_url: url,
    token_url: url,
    scopes: { type: 'array', maxItems: 100, items: { type: 'string', maxLength: 256 } },
    token_property: { type: 'string', minLength: 1, maxLength: 100 },
    client_authentication: { type: 'string', enum: ['basic', 'post'] },
  },
  ['client_id'],
  { client_id: '5d1c9a0e', client_secret: '…' },
);

@ApiTags('oauth')
@ApiDefaultResponse(problemResponse)
@Controller('admin/v1')
export class OAuthController {
  constructor(
    @Inject(Accounts) private readonly accounts: Accounts,
    @Inject(PluginStore) private readonly plugins: PluginStore,
    @Inject(ChangeConnection) private readonly connections: ChangeConnection,
    @Inject(AuditLog) private readonly audit: AuditLog,
  ) {}

  @Put('plugins/:plugin/oauth-client')
  @RequireScope('admin:plugins:write')
  @ApiOperation({
    summary:
      'Set the OAuth client that was registered at the source; what is left out is taken from the manifest',
  })
  @ApiBody({ schema: wantedClient.schema })
  @ApiResponse({ status: 200, description: 'the client', schema: ref('OAuthClient') })
  @ApiResponse(refusal(404, 'there is no such plugin'))
  @ApiResponse(refusal(422, 'the body is not valid, or a URL is missing'))
  async put(
    @Param('plugin') id: string,
    @Body() body: unknown,
    @Req() { caller }: AdminRequest,
  ): Promise<AccountClientView> {
    const wanted = wantedClient.read(body);
    return this.audit.record(
      { who: caller.keyId, action: 'plugin.oauth_client', target: id },
      () => configureAccountClient(this.plugins, this.accounts, id, wanted),
      () => `${id}: ${Object.keys(wanted).join(' ')}`,
    );
  }

  @Get('plugins/:plugin/oauth-client')
  @RequireScope('admin:plugins:read')
  @ApiOperation({ summary: 'Show the OAuth client of a plugin, without its secret' })
  @ApiResponse({ status: 200, description: 'the client', schema: ref('OAuthClient') })
  @ApiResponse(refusal(404, 'the plugin has none'))
  async show(@Param('plugin') id: string): Promise<AccountClientView> {
    return findAccountClient(this.accounts, id);
  }

  @Delete('plugins/:plugin/oauth-client')
  @HttpCode(204)
  @RequireScope('admin:plugins:write')
  @ApiOperation({ summary: 'Forget the OAuth client of a plugin' })
  @ApiResponse({ status: 204, description: 'forgotten' })
  async remove(@Param('plugin') id: string, @Req() { caller }: AdminRequest): Promise<void> {
    await this.audit.record(
      { who: caller.keyId, action: 'plugin.oauth_client_remove', target: id },
      () => removeAccountClient(this.plugins, this.accounts, id),
    );
  }

  @Post('connections/:connection/authorize')
  @HttpCode(200)
  @RequireScope('admin:connections:write')
  @ApiOperation({ summary: 'Begin to sign in to the account behind a connection' })
  @ApiResponse({
    status: 200,
    description: 'where to sign in',
    schema: ref('Authorization'),
  })
  @ApiResponse(refusal(404, 'there is no such connection'))
  @ApiResponse(refusal(400, 'the plugin has no OAuth client, or the source refuses it'))
  async authorize(
    @Param('connection') id: string,
    @Req() { caller }: AdminRequest,
  ): Promise<{ authorization_url: string | null }> {
    const { connection } = await this.connections.find(id);
    const { spaceId, pluginId } = connection;
    const address = await this.audit.record(
      { who: caller.keyId, action: 'connection.authorize', target: id },
      () => this.accounts.authorize({ spaceId, connectionId: id, pluginId }),
    );
    return { authorization_url: address === '' ? null : address };
  }
}
