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
import { RequestError } from '../errors.ts';
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
import { findPlugin, findVersion, removeVersion } from '../plugins/change-plugin.ts';
import { versionView, type VersionView } from '../plugins/plugin.ts';
import { PluginStore } from '../plugins/plugin-store.ts';
import { ActivateVersion } from './activate-version.ts';
import { activationShape, canarySettings } from './activation-shape.ts';
import { TryOutVersion } from './canary/try-out-version.ts';
import { forceField } from './force-field.ts';
import { versionDifferences, type VersionDifferences } from './version-differences.ts';

const list = listShape();
const comparison = listShape({ to: { type: 'string', minLength: 1, maxLength: 128 } });
interface Approval {
  readonly permissions: string[];
  readonly activate: boolean;
  readonly force: boolean;
  readonly digest?: string;
}

const approval = bodyShape<Approval>(
  {
    permissions: { type: 'array', maxItems: 64, items: { type: 'string', maxLength: 300 } },
    activate: { type: 'boolean', default: false },
    force: forceField,
    digest: {
      type: 'string',
      maxLength: 64,
      description: '`digest` of the version that was looked at: 409 when it was pushed anew since',
    },
  },
  ['permissions'],
  { permissions: ['network:outbound:api.example.com', 'data:write:persons'], activate: true },
);

const activation = bodyShape<{ force: boolean }>({ force: forceField }, [], { force: false });

/** Versions of plugins: look, compare, approve, activate, remove. */
@ApiTags('plugins')
@ApiDefaultResponse(problemResponse)
@Controller('admin/v1/plugins')
export class VersionsController {
  constructor(
    @Inject(PluginStore) private readonly plugins: PluginStore,
    @Inject(ActivateVersion) private readonly activations: ActivateVersion,
    @Inject(TryOutVersion) private readonly trials: TryOutVersion,
    @Inject(AuditLog) private readonly audit: AuditLog,
  ) {}

  @Get(':plugin/versions')
  @RequireScope('admin:plugins:read')
  @ApiOperation({ summary: 'List the versions of a plugin, newest first' })
  @ApiQuery(limitParameter)
  @ApiQuery(cursorParameter)
  @ApiResponse({ status: 200, description: 'a page', schema: ref('VersionPage') })
  @ApiResponse(refusal(400, 'limit or cursor is not valid'))
  @ApiResponse(refusal(404, 'there is no such plugin'))
  async versions(
    @Param('plugin') id: string,
    @Query() query: unknown,
  ): Promise<PageView<VersionView>> {
    const { page } = list.read(query);
    const plugin = await findPlugin(this.plugins, id);
    const versions = await this.plugins.versions(id, page);
    return pageView(versions, (version) => versionView(plugin, version));
  }

  @Get(':plugin/versions/:version')
  @RequireScope('admin:plugins:read')
  @ApiOperation({ summary: 'Show a version' })
  @ApiResponse({ status: 200, description: 'the version', schema: ref('Version') })
  @ApiResponse(refusal(404, 'there is no such plugin or version'))
  async version(
    @Param('plugin') id: string,
    @Param('version') number: string,
  ): Promise<VersionView> {
    const { plugin, version } = await findVersion(this.plugins, id, number);
    return versionView(plugin, version);
  }

  @Post(':plugin/versions/:version/approve')
  @HttpCode(200)
  @RequireScope('admin:plugins:approve')
  @ApiOperation({
    summary: 'Approve permissions that a version asks for, and activate it if wanted',
  })
  @ApiBody({ schema: approval.schema })
  @ApiResponse({ status: 200, description: 'the version', schema: ref('Version') })
  @ApiResponse(refusal(404, 'there is no such plugin or version'))
  @ApiResponse(
    refusal(
      409,
      'not all that the version asks for is approved, or connections could not go on under it, so it cannot be activated; or it was pushed anew',
    ),
  )
  @ApiResponse(refusal(422, 'the version does not ask for one of the permissions'))
  async approve(
    @Param('plugin') id: string,
    @Param('version') version: string,
    @Body() body: unknown,
    @Req() { caller }: AdminRequest,
  ): Promise<VersionView> {
    const { permissions, activate, force, digest } = approval.read(body);
    const target = `${id} ${version}`;
    const who = caller.keyId;
    let found = await this.audit.record(
      { who, action: 'plugin.approve', target },
      () => this.activations.approve({ id, version, digest }, permissions),
      () => `${target}: ${permissions.join(' ')}`,
    );
    if (activate)
      found = await this.audit.record({ who, action: 'plugin.activate', target }, () =>
        this.activations.activate(id, version, { force }),
      );
    return versionView(found.plugin, found.version);
  }

  @Post(':plugin/versions/:version/activate')
  @HttpCode(200)
  @RequireScope('admin:plugins:write')
  @ApiOperation({
    summary:
      'Make a version the one that runs, or try it out on a share of the runs; an older one is a rollback',
  })
  @ApiResponse({ status: 200, description: 'the version', schema: ref('Version') })
  @ApiResponse(refusal(404, 'there is no such plugin or version'))
  @ApiBody({ schema: activationShape.schema, required: false })
  @ApiResponse(
    refusal(
      409,
      'the version waits for the approval of `permissions_added`, or `connections` could not go on under it; or one that is to be tried out is active already, or none is',
    ),
  )
  @ApiResponse(refusal(422, 'the body is not valid; `errors` names every fault'))
  async activate(
    @Param('plugin') id: string,
    @Param('version') version: string,
    @Body() body: unknown,
    @Req() { caller }: AdminRequest,
  ): Promise<VersionView> {
    const { force, canary } = activationShape.read(body);
    const target = `${id} ${version}`;
    const found =
      canary === undefined
        ? await this.audit.record({ who: caller.keyId, action: 'plugin.activate', target }, () =>
            this.activations.activate(id, version, { force }),
          )
        : await this.audit.record(
            { who: caller.keyId, action: 'plugin.canary_start', target },
            () => this.trials.begin(id, version, { force, ...canarySettings(canary) }),
            () => `${target}: ${String(canary.percent)} of 100 runs`,
          );
    return versionView(found.plugin, found.version);
  }

  @Post(':plugin/rollback')
  @HttpCode(200)
  @RequireScope('admin:plugins:write')
  @ApiOperation({
    summary:
      'Go back to the version that was active before the one that is; while another one is tried out, only end that',
  })
  @ApiResponse({ status: 200, description: 'the version', schema: ref('Version') })
  @ApiResponse(refusal(404, 'there is no such plugin'))
  @ApiBody({ schema: activation.schema, required: false })
  @ApiResponse(
    refusal(
      409,
      'there is none to go back to, what it asks for is not approved, or `connections` could not go on under it',
    ),
  )
  @ApiResponse(refusal(422, 'the body is not valid; `errors` names every fault'))
  async rollback(
    @Param('plugin') id: string,
    @Body() body: unknown,
    @Req() { caller }: AdminRequest,
  ): Promise<VersionView> {
    const wanted = activation.read(body);
    const { plugin, version } = await this.audit.record(
      { who: caller.keyId, action: 'plugin.rollback', target: id },
      () => this.activations.rollBack(id, wanted),
      (found) => `${id} ${found.version.version}`,
    );
    return versionView(plugin, version);
  }

  @Get(':plugin/versions/:version/differences')
  @RequireScope('admin:plugins:read')
  @ApiOperation({ summary: 'What changes when another version takes the place of this one' })
  @ApiQuery({
    name: 'to',
    required: true,
    schema: { type: 'string' },
    description: 'the other one',
  })
  @ApiResponse({ status: 200, description: 'the differences', schema: ref('Differences') })
  @ApiResponse(refusal(400, '`to` is missing'))
  @ApiResponse(refusal(404, 'there is no such plugin or version'))
  async differences(
    @Param('plugin') id: string,
    @Param('version') version: string,
    @Query() query: unknown,
  ): Promise<VersionDifferences> {
    const { to } = comparison.read(query).filters;
    if (to === undefined)
      throw new RequestError(
        'request.invalid',
        400,
        'the query lacks "to": which version should take its place?',
      );
    const [from, other] = [
      await findVersion(this.plugins, id, version),
      await findVersion(this.plugins, id, to),
    ] as const;
    return versionDifferences(from.version, other.version);
  }

  @Delete(':plugin/versions/:version')
  @HttpCode(204)
  @RequireScope('admin:plugins:write')
  @ApiOperation({ summary: 'Remove a version that is not active' })
  @ApiResponse({ status: 204, description: 'removed' })
  @ApiResponse(refusal(404, 'there is no such plugin or version'))
  @ApiResponse(refusal(409, 'it is active, or the only one'))
  async remove(
    @Param('plugin') id: string,
    @Param('version') version: string,
    @Req() { caller }: AdminRequest,
  ): Promise<void> {
    const audited = { action: 'plugin.version_remove', target: `${id} ${version}` };
    await this.audit.record({ who: caller.keyId, ...audited }, () =>
      removeVersion(this.plugins, id, version),
    );
  }
}
