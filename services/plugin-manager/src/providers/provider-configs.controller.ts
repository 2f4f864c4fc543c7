import { Body, Controller, Get, Inject, Param, Put, Query, Req, Res } from '@nestjs/common';
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
import { problemResponse, ref, refusal } from '../problem-schema.ts';
import { bodyShape, queryShape, spaceField, spaceParameter } from '../reader.ts';
import { ConfigureProvider, type WantedProviderConfig } from './configure-provider.ts';
import { slotNames, type Settings } from './provider.ts';
import {
  providerConfigView,
  type ProviderConfigView,
  type ProviderState,
} from './provider-view.ts';
import {
  etagHeader,
  expectedRevision,
  ifMatchHeader,
  revisionFields,
  type ExpectedRevision,
} from './revision-field.ts';

export const spaceQuery = queryShape<{ space_id?: string }>({ space_id: spaceField });

const wantedConfig = bodyShape<WantedProviderConfig & ExpectedRevision>(
  {
    enabled: { type: 'boolean', description: 'false also leaves its slots empty' },
    settings: {
      type: 'object',
      maxProperties: 1000,
      description: 'changes these, null takes one away, and {} takes all; no secrets',
    },
    slot: { type: 'string', enum: slotNames, description: 'the slot that it is to have' },
    ...revisionFields,
  },
  [],
  { enabled: true, settings: { region: 'eu' }, slot: 'outbound' },
);
const wantedCredentials = bodyShape<{ credentials: Settings } & ExpectedRevision>(
  {
    credentials: {
      type: 'object',
      maxProperties: 100,
      description: 'sealed for the wallet and never shown; null takes one away',
    },
    ...revisionFields,
  },
  ['credentials'],
  { credentials: { api_key: '…' } },
);

interface Reply {
  header(name: string, value: string): void;
}

const shown = {
  status: 200,
  description: 'the configuration; credentials are masked',
  headers: etagHeader,
  schema: ref('ProviderConfig'),
} as const;
const unknown = refusal(404, 'there is no such plugin');
const stale = refusal(409, 'there is another revision by now, which `revision` names');

@ApiTags('providers')
@ApiDefaultResponse(problemResponse)
@Controller(['plugins', 'admin/v1/plugins'])
export class ProviderConfigsController {
  constructor(
    @Inject(ConfigureProvider) private readonly configs: ConfigureProvider,
    @Inject(AuditLog) private readonly audit: AuditLog,
  ) {}

  @Get(':plugin/config')
  @RequireScope('admin:plugins:read')
  @ApiOperation({ summary: 'Show how a plugin is configured in a space' })
  @ApiQuery(spaceParameter)
  @ApiResponse(shown)
  @ApiResponse(unknown)
  async show(
    @Param('plugin') pluginId: string,
    @Query() query: unknown,
    @Res({ passthrough: true }) reply: Reply,
  ): Promise<ProviderConfigView> {
    return show(await this.configs.show({ pluginId, spaceId: spaceOf(query) }), reply);
  }

  @Put(':plugin/config')
  @RequireScope('admin:plugins:write')
  @ApiOperation({ summary: 'Enable a plugin, change its settings, give it a slot' })
  @ApiQuery(spaceParameter)
  @ApiHeader(ifMatchHeader)
  @ApiBody({ schema: wantedConfig.schema })
  @ApiResponse(shown)
  @ApiResponse(unknown)
  @ApiResponse(stale)
  @ApiResponse(
    refusal(
      422,
      'settings that configSchema does not take, a secret among them, or a slot that it is not made for; `errors` names every fault by its JSON pointer',
    ),
  )
  async change(
    @Param('plugin') pluginId: string,
    @Body() body: unknown,
    @Req() { caller, headers, query }: AdminRequest,
    @Res({ passthrough: true }) reply: Reply,
  ): Promise<ProviderConfigView> {
    const { expected_revision, revision, ...wanted } = wantedConfig.read(body);
    const expected = expectedRevision(headers['if-match'], { expected_revision, revision });
    const key = { pluginId, spaceId: spaceOf(query) };
    const state = await this.audit.record(
      { who: caller.keyId, action: 'provider.config', target: pluginId },
      () => this.configs.change(key, wanted, expected),
      () => `${pluginId}: ${Object.keys(wanted).join(' ')}`,
    );
    return show(state, reply);
  }

  @Put(':plugin/credentials')
  @RequireScope('admin:connections:write')
  @ApiOperation({ summary: 'Give credentials of a plugin to the wallet' })
  @ApiQuery(spaceParameter)
  @ApiHeader(ifMatchHeader)
  @ApiBody({ schema: wantedCredentials.schema })
  @ApiResponse(shown)
  @ApiResponse(unknown)
  @ApiResponse(stale)
  @ApiResponse(refusal(422, 'a field that is no credential of it, or a value that does not fit'))
  async changeCredentials(
    @Param('plugin') pluginId: string,
    @Body() body: unknown,
    @Req() { caller, headers, query }: AdminRequest,
    @Res({ passthrough: true }) reply: Reply,
  ): Promise<ProviderConfigView> {
    const { credentials, ...rest } = wantedCredentials.read(body);
    const expected = expectedRevision(headers['if-match'], rest);
    const key = { pluginId, spaceId: spaceOf(query) };
    const state = await this.audit.record(
      { who: caller.keyId, action: 'provider.credentials', target: pluginId },
      () => this.configs.changeCredentials(key, credentials, expected),
    );
    return show(state, reply);
  }
}

export function spaceOf(query: unknown): string {
  return spaceQuery.read(query).space_id ?? 'default';
}

function show(state: ProviderState, reply: Reply): ProviderConfigView {
  const view = providerConfigView(state);
  reply.header('ETag', `"${String(view.revision)}"`);
  return view;
}
