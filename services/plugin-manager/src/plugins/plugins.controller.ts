import { readManifest } from '@made-open/manifest';
import { Body, Controller, Get, HttpCode, Inject, Param, Post, Req, Res } from '@nestjs/common';
import { ApiBearerAuth, ApiConsumes, ApiOperation, ApiTags } from '@nestjs/swagger';
import { AuditLog } from '../audit/audit-log.ts';
import { bundlePlugin } from '../bundles/bundle-plugin.ts';
import { ConnectionStore } from '../connections/connection-store.ts';
import { RequireScope } from '../keys/scope.guard.ts';
import { bodyReader } from '../read-body.ts';
import { PluginStore, type PluginView, type VersionView } from './plugin-store.ts';
import { readUpload, type MultipartRequest } from './read-upload.ts';

const readApproval = bodyReader<{ permissions: string[]; activate: boolean }>(
  {
    permissions: { type: 'array', items: { type: 'string' } },
    activate: { type: 'boolean', default: false },
  },
  ['permissions'],
);

@ApiTags('plugins')
@ApiBearerAuth('key')
@Controller('admin/v1/plugins')
export class PluginsController {
  constructor(
    @Inject(PluginStore) private readonly plugins: PluginStore,
    @Inject(ConnectionStore) private readonly connections: ConnectionStore,
    @Inject(AuditLog) private readonly audit: AuditLog,
  ) {}

  @Post()
  @RequireScope('admin:plugins:write')
  @ApiConsumes('multipart/form-data')
  @ApiOperation({
    summary:
      'Push a version: part `manifest` (plugin.json) and parts `source` named by their path, or one ES module as part `bundle`',
  })
  async push(
    @Req() request: MultipartRequest,
    @Res({ passthrough: true }) reply: { status(code: number): void },
  ): Promise<VersionView> {
    const { manifestText, files } = await readUpload(request);
    const manifest = readManifest(manifestText);
    const bundle = await bundlePlugin(
      files,
      files.has('bundle.js') ? './bundle.js' : manifest.entrypoint,
    );
    const { view, isNew } = await this.plugins.push({ manifest, manifestText, bundle });
    await this.audit.append(
      request.caller ?? '',
      'plugin.push',
      `${manifest.id} ${manifest.version}`,
      isNew ? view.digest : 'known already',
    );
    reply.status(isNew ? 201 : 200);
    return view;
  }

  @Get()
  @RequireScope('admin:plugins:read')
  async list(): Promise<{ data: PluginView[]; next_cursor: null }> {
    return { data: await this.plugins.list(), next_cursor: null };
  }

  @Get(':id')
  @RequireScope('admin:plugins:read')
  show(@Param('id') id: string): Promise<PluginView> {
    return this.plugins.show(id);
  }

  @Get(':id/versions')
  @RequireScope('admin:plugins:read')
  async versions(@Param('id') id: string): Promise<{ data: VersionView[]; next_cursor: null }> {
    return { data: await this.plugins.versions(id), next_cursor: null };
  }

  @Post(':id/versions/:version/approve')
  @HttpCode(200)
  @RequireScope('admin:plugins:approve')
  @ApiOperation({
    summary: 'Approve permissions that a version asks for, and activate it when `activate` is true',
  })
  async approve(
    @Param('id') id: string,
    @Param('version') version: string,
    @Body() body: unknown,
    @Req() request: MultipartRequest,
  ): Promise<VersionView> {
    const { permissions, activate } = readApproval(body);
    const approved = await this.plugins.approve(id, version, permissions);
    await this.audit.append(
      request.caller ?? '',
      'plugin.approve',
      `${id} ${version}`,
      permissions.join(' '),
    );
    const view = activate ? await this.plugins.activate(id, version) : approved;
    await this.connections.announcePlugin(id);
    return view;
  }

  @Post(':id/versions/:version/activate')
  @HttpCode(200)
  @RequireScope('admin:plugins:write')
  @ApiOperation({ summary: 'Make a version the one that runs; an older version rolls back' })
  async activate(
    @Param('id') id: string,
    @Param('version') version: string,
    @Req() request: MultipartRequest,
  ): Promise<VersionView> {
    const view = await this.plugins.activate(id, version);
    await this.audit.append(request.caller ?? '', 'plugin.activate', `${id} ${version}`);
    await this.connections.announcePlugin(id);
    return view;
  }
}
