import { Body, Controller, Inject, Param, Post, Req, Res } from '@nestjs/common';
import { ApiBody, ApiDefaultResponse, ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import { AuditLog } from '../audit/audit-log.ts';
import { RequireScope, type AdminRequest } from '../keys/scope.guard.ts';
import { versionView, type VersionView } from '../plugins/plugin.ts';
import type { Registered } from '../plugins/register-plugin.ts';
import { problemResponse, ref, refusal } from '../problem-schema.ts';
import { Installs } from '../profile/install.guard.ts';
import { bodyShape } from '../reader.ts';
import { InstallPlugin } from './install-plugin.ts';
import type { WantedSource } from './plugin-source.ts';

const wantedSource = bodyShape<WantedSource>(
  {
    url: {
      type: 'string',
      maxLength: 2000,
      description: 'https, at a host of PLUGIN_INSTALL_URLS',
    },
    sha256: { type: 'string', pattern: '^[0-9a-f]{64}$', description: 'of what is there' },
  },
  ['url', 'sha256'],
  {
    url: 'https://plugins.example.com/acme-fax/manifest.json',
    sha256: '5b0c4e0f4f9c1c0e8f6c7ad0a9b0d4b8f2a1f7d8d4a6c1d57c8f1e4b3a2d9c60',
  },
);

interface Reply {
  status(code: number): void;
}

const stored = { status: 201, description: 'stored', schema: ref('Version') } as const;
const known = { status: 200, description: 'was stored before', schema: ref('Version') } as const;
const disabled = refusal(403, 'installs are off, or the host is not allowed');
const exists = refusal(409, 'the version exists with other content');

@ApiTags('registry')
@ApiDefaultResponse(problemResponse)
@Controller('admin/v1')
export class InstallController {
  constructor(
    @Inject(InstallPlugin) private readonly installs: InstallPlugin,
    @Inject(AuditLog) private readonly audit: AuditLog,
  ) {}

  @Post('plugin-registry/:id/install')
  @Installs()
  @RequireScope('admin:plugins:write')
  @ApiOperation({ summary: 'Store an entry of the registry as a version, for approval' })
  @ApiResponse(stored)
  @ApiResponse(known)
  @ApiResponse(disabled)
  @ApiResponse(refusal(404, 'there is no such entry'))
  @ApiResponse(exists)
  @ApiResponse(refusal(422, 'the manifest is not valid, or not the one that was looked at'))
  install(
    @Param('id') id: string,
    @Req() { caller }: AdminRequest,
    @Res({ passthrough: true }) reply: Reply,
  ): Promise<VersionView> {
    const what = { who: caller.keyId, action: 'plugin.install', target: id };
    return this.#record(what, () => this.installs.ofEntry(id), reply);
  }

  @Post('plugins/install')
  @Installs()
  @RequireScope('admin:plugins:write')
  @ApiOperation({ summary: 'Store an HTTP manifest of an address as a version, for approval' })
  @ApiBody({ schema: wantedSource.schema })
  @ApiResponse(stored)
  @ApiResponse(known)
  @ApiResponse(disabled)
  @ApiResponse(exists)
  @ApiResponse(refusal(422, 'the manifest cannot be fetched, is not valid, or is another one'))
  installUrl(
    @Body() body: unknown,
    @Req() { caller }: AdminRequest,
    @Res({ passthrough: true }) reply: Reply,
  ): Promise<VersionView> {
    const wanted = wantedSource.read(body);
    // What follows a path may be a secret of the one who gave the address.
    const target = wanted.url.split(/[?#]/u)[0] ?? '';
    const what = { who: caller.keyId, action: 'plugin.install', target };
    return this.#record(what, () => this.installs.ofUrl(wanted), reply);
  }

  async #record(
    what: { who: string; action: string; target: string },
    work: () => Promise<Registered>,
    reply: Reply,
  ): Promise<VersionView> {
    const { plugin, version, isNew } = await this.audit.record(
      what,
      work,
      (made) => `${made.plugin.id} ${made.version.version} ${made.version.digest}`,
    );
    reply.status(isNew ? 201 : 200);
    return versionView(plugin, version);
  }
}
