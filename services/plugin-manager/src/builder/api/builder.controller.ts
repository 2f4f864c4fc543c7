import { Body, Controller, Get, HttpCode, Inject, Post, Req, Res, UseGuards } from '@nestjs/common';
import { ApiBody, ApiDefaultResponse, ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import { AuditLog } from '../../audit/audit-log.ts';
import { RequireScope, type AdminRequest } from '../../keys/scope.guard.ts';
import { versionView, type VersionView } from '../../plugins/plugin.ts';
import { PluginStore } from '../../plugins/plugin-store.ts';
import { Installs } from '../../profile/install.guard.ts';
import { RegisterPlugin } from '../../plugins/register-plugin.ts';
import { problemResponse, ref, refusal } from '../../problem-schema.ts';
import { bodyShape, spaceField } from '../../reader.ts';
import { build } from '../build.ts';
import { checkStep, type CheckView } from '../check-step.ts';
import { checkInstall } from '../place/check-install.ts';
import { PlaceBuilt, type PlaceView } from '../place/place-view.ts';
import { stepNames, stepsView, type StepName } from '../steps.ts';
import { zipBuilt } from '../zip-built.ts';
import { exampleInput } from './builder-schemas.ts';
import { BuilderGuard } from './builder.guard.ts';
import { builtView, type BuiltView } from './builder-view.ts';

interface Reply {
  header(name: string, value: string): void;
  status(code: number): void;
}

const anInput = {
  description: 'what the wizard was told; GET /admin/v1/builder/steps describes it',
};
const checked = bodyShape<{ step?: StepName; input?: unknown }>(
  { step: { type: 'string', enum: stepNames }, input: anInput },
  [],
  { step: 'basics', input: exampleInput },
);
const wanted = bodyShape<{ input: unknown }>({ input: anInput }, ['input'], {
  input: exampleInput,
});
const placed = bodyShape<{ input: unknown; space_id: string }>(
  { input: anInput, space_id: spaceField },
  ['input'],
  { input: exampleInput },
);
const installed = bodyShape<{ input: unknown; digest: string; acknowledged: string[] }>(
  {
    input: anInput,
    digest: { type: 'string', maxLength: 64, description: '`digest` of what was looked at' },
    acknowledged: {
      type: 'array',
      maxItems: 100,
      default: [],
      items: { type: 'string', maxLength: 500 },
      description: 'pointers of the warnings, each of which somebody has read',
    },
  },
  ['input', 'digest'],
  { input: exampleInput, digest: 'e3b0c442…', acknowledged: ['/basics/learn_more'] },
);
const invalid = refusal(422, 'the input is not valid; `faults` says what and where');

/** What the wizard asks for becomes a plugin, here and nowhere else. */
@ApiTags('builder')
@ApiDefaultResponse(problemResponse)
@UseGuards(BuilderGuard)
@Controller('admin/v1/builder')
export class BuilderController {
  constructor(
    @Inject(PluginStore) private readonly plugins: PluginStore,
    @Inject(RegisterPlugin) private readonly registration: RegisterPlugin,
    @Inject(PlaceBuilt) private readonly places: PlaceBuilt,
    @Inject(AuditLog) private readonly audit: AuditLog,
  ) {}

  @Get('steps')
  @RequireScope('admin:plugins:read')
  @ApiOperation({ summary: 'Show the steps of the wizard and the schema of what it asks for' })
  @ApiResponse({ status: 200, description: 'the steps', schema: ref('BuilderSteps') })
  steps(): object {
    return stepsView();
  }

  @Post('check')
  @HttpCode(200)
  @RequireScope('admin:plugins:read')
  @ApiOperation({ summary: 'Check what was typed up to a step, or all of it' })
  @ApiBody({ schema: checked.schema })
  @ApiResponse({ status: 200, description: 'faults by their place', schema: ref('BuilderCheck') })
  check(@Body() body: unknown): Promise<CheckView> {
    const { step, input } = checked.read(body);
    return checkStep(this.plugins, step, input);
  }

  @Post('generate')
  @HttpCode(200)
  @RequireScope('admin:plugins:read')
  @ApiOperation({ summary: 'Make the files of a plugin; nothing is stored' })
  @ApiBody({ schema: wanted.schema })
  @ApiResponse({ status: 200, description: 'the files', schema: ref('Built') })
  @ApiResponse(invalid)
  async generate(@Body() body: unknown): Promise<BuiltView> {
    return builtView(build(wanted.read(body).input), this.plugins);
  }

  @Post('download')
  @HttpCode(200)
  @RequireScope('admin:plugins:read')
  @ApiOperation({ summary: 'Make the files of a plugin as one archive, always the same bytes' })
  @ApiBody({ schema: wanted.schema })
  @ApiResponse({
    status: 200,
    description: 'a zip archive',
    content: { 'application/zip': { schema: {} } },
  })
  @ApiResponse(invalid)
  download(@Body() body: unknown, @Res({ passthrough: true }) reply: Reply): Buffer {
    const built = build(wanted.read(body).input);
    reply.header('Content-Type', 'application/zip');
    reply.header('Content-Disposition', `attachment; filename="${built.id}-${built.version}.zip"`);
    return Buffer.from(zipBuilt(built));
  }

  @Post('place')
  @HttpCode(200)
  @RequireScope('admin:plugins:read')
  @ApiOperation({ summary: 'Show what it takes to get a built plugin to work, and how it stands' })
  @ApiBody({ schema: placed.schema })
  @ApiResponse({ status: 200, description: 'as it is', schema: ref('Place') })
  @ApiResponse(invalid)
  place(@Body() body: unknown, @Req() { caller }: AdminRequest): Promise<PlaceView> {
    const { input, space_id: spaceId } = placed.read(body);
    return this.places.view(build(input), { spaceId, scopes: caller.scopes });
  }

  @Post('install')
  @Installs()
  @RequireScope('admin:plugins:write')
  @ApiOperation({ summary: 'Push what was built: exactly the files that were looked at' })
  @ApiBody({ schema: installed.schema })
  @ApiResponse({ status: 201, description: 'stored', schema: ref('Version') })
  @ApiResponse({ status: 200, description: 'was stored before', schema: ref('Version') })
  @ApiResponse(
    refusal(409, 'another digest than that of the input, or the version exists with other content'),
  )
  @ApiResponse(refusal(422, 'the input is not valid, or a warning was not acknowledged'))
  async install(
    @Body() body: unknown,
    @Req() { caller }: AdminRequest,
    @Res({ passthrough: true }) reply: Reply,
  ): Promise<VersionView> {
    const { input, digest, acknowledged } = installed.read(body);
    const built = build(input);
    checkInstall(built, digest, acknowledged);
    const target = `${built.id} ${built.version} ${digest}`;
    const { plugin, version, isNew } = await this.audit.record(
      { who: caller.keyId, action: 'plugin.push', target },
      () => this.registration.register({ ...built.upload, bundle: undefined }),
    );
    reply.status(isNew ? 201 : 200);
    return versionView(plugin, version);
  }
}
