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
  Res,
} from '@nestjs/common';
import {
  ApiBody,
  ApiConsumes,
  ApiDefaultResponse,
  ApiOperation,
  ApiQuery,
  ApiResponse,
  ApiTags,
} from '@nestjs/swagger';
import type { Readable } from 'node:stream';
import { AuditLog } from '../audit/audit-log.ts';
import { RequestError } from '../errors.ts';
import { Installs } from '../profile/install.guard.ts';
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
import { disablePlugin, findPlugin, revokePermissions } from './change-plugin.ts';
import { pluginView, versionView, type PluginView, type VersionView } from './plugin.ts';
import { PluginStore } from './plugin-store.ts';
import { checkLength, readUpload, type Part } from '../uploads/read-upload.ts';
import { RegisterPlugin } from './register-plugin.ts';
import { RemovePlugin } from './remove-plugin.ts';

const list = listShape();
const revocation = bodyShape<{ permissions: string[] }>(
  {
    permissions: {
      type: 'array',
      minItems: 1,
      maxItems: 64,
      items: { type: 'string', maxLength: 300 },
    },
  },
  ['permissions'],
  { permissions: ['network:outbound:api.example.com'] },
);

/** A request that @fastify/multipart has prepared. */
interface PushRequest extends AdminRequest {
  isMultipart(): boolean;
  parts(): AsyncIterableIterator<Part>;
  readonly raw: Readable;
}

interface Reply {
  status(code: number): void;
}

@ApiTags('plugins')
@ApiDefaultResponse(problemResponse)
@Controller('admin/v1/plugins')
export class PluginsController {
  constructor(
    @Inject(PluginStore) private readonly plugins: PluginStore,
    @Inject(RemovePlugin) private readonly removal: RemovePlugin,
    @Inject(RegisterPlugin) private readonly registration: RegisterPlugin,
    @Inject(AuditLog) private readonly audit: AuditLog,
  ) {}

  @Post()
  @Installs()
  @RequireScope('admin:plugins:write')
  @ApiOperation({
    summary:
      'Push a version; the same content again changes nothing, and other content replaces one that nobody has approved or activated',
  })
  @ApiConsumes('multipart/form-data')
  @ApiBody({ schema: ref('Push') })
  @ApiResponse({ status: 201, description: 'stored', schema: ref('Version') })
  @ApiResponse({ status: 200, description: 'was stored before', schema: ref('Version') })
  @ApiResponse(
    refusal(
      409,
      'the version was approved or activated with other content, or the plugin is of another type',
    ),
  )
  @ApiResponse(refusal(413, 'more than 5 MiB or 256 files'))
  @ApiResponse(refusal(415, 'not multipart/form-data'))
  @ApiResponse(
    refusal(422, 'plugin.json, a file name or the code is not valid; `errors` says what and where'),
  )
  async push(
    @Req() request: PushRequest,
    @Res({ passthrough: true }) reply: Reply,
  ): Promise<VersionView> {
    if (!request.isMultipart())
      throw new RequestError(
        'upload.media_type',
        415,
        'push as multipart/form-data with the parts manifest and source',
      );
    checkLength(request.headers['content-length']);
    const { plugin, version, isNew } = await this.audit.record(
      { who: request.caller.keyId, action: 'plugin.push', target: '' },
      async () => {
        // What is not wanted any more is still read, and dropped: else nobody hears when the sender goes.
        const upload = await readUpload(request.parts()).finally(() =>
          request.raw.unpipe().resume(),
        );
        return this.registration.register(upload);
      },
      (pushed) => `${pushed.plugin.id} ${pushed.version.version} ${pushed.version.digest}`,
    );
    reply.status(isNew ? 201 : 200);
    return versionView(plugin, version);
  }

  @Get()
  @RequireScope('admin:plugins:read')
  @ApiOperation({ summary: 'List plugins by id' })
  @ApiQuery(limitParameter)
  @ApiQuery(cursorParameter)
  @ApiResponse({ status: 200, description: 'a page', schema: ref('PluginPage') })
  @ApiResponse(refusal(400, 'limit or cursor is not valid'))
  async list(@Query() query: unknown): Promise<PageView<PluginView>> {
    return pageView(await this.plugins.plugins(list.read(query).page), pluginView);
  }

  @Get(':plugin')
  @RequireScope('admin:plugins:read')
  @ApiOperation({ summary: 'Show a plugin' })
  @ApiResponse({ status: 200, description: 'the plugin', schema: ref('Plugin') })
  @ApiResponse(refusal(404, 'there is no such plugin'))
  async show(@Param('plugin') id: string): Promise<PluginView> {
    return pluginView(await findPlugin(this.plugins, id));
  }

  @Delete(':plugin')
  @HttpCode(204)
  @RequireScope('admin:plugins:write')
  @ApiOperation({ summary: 'Remove a plugin that has no connections, with all its versions' })
  @ApiResponse({ status: 204, description: 'removed' })
  @ApiResponse(refusal(404, 'there is no such plugin'))
  @ApiResponse(refusal(409, 'it has connections, which `connections` names'))
  async remove(@Param('plugin') id: string, @Req() { caller }: AdminRequest): Promise<void> {
    await this.audit.record({ who: caller.keyId, action: 'plugin.remove', target: id }, () =>
      this.removal.remove(id),
    );
  }

  @Post(':plugin/disable')
  @HttpCode(200)
  @RequireScope('admin:plugins:write')
  @ApiOperation({ summary: 'Take a plugin out of use: its connections become inactive' })
  @ApiResponse({ status: 200, description: 'the plugin', schema: ref('Plugin') })
  @ApiResponse(refusal(404, 'there is no such plugin'))
  async disable(@Param('plugin') id: string, @Req() { caller }: AdminRequest): Promise<PluginView> {
    const audited = { who: caller.keyId, action: 'plugin.disable', target: id };
    return pluginView(await this.audit.record(audited, () => disablePlugin(this.plugins, id)));
  }

  @Post(':plugin/revoke')
  @HttpCode(200)
  @RequireScope('admin:plugins:approve')
  @ApiOperation({ summary: 'Take approved permissions back; its runner goes on without them' })
  @ApiBody({ schema: revocation.schema })
  @ApiResponse({ status: 200, description: 'the plugin', schema: ref('Plugin') })
  @ApiResponse(refusal(404, 'there is no such plugin'))
  @ApiResponse(refusal(422, 'one of the permissions is not approved'))
  async revoke(
    @Param('plugin') id: string,
    @Body() body: unknown,
    @Req() { caller }: AdminRequest,
  ): Promise<PluginView> {
    const { permissions } = revocation.read(body);
    const plugin = await this.audit.record(
      { who: caller.keyId, action: 'plugin.revoke', target: id },
      () => revokePermissions(this.plugins, id, permissions),
      () => `${id}: ${permissions.join(' ')}`,
    );
    return pluginView(plugin);
  }
}
