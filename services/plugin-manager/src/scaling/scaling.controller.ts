import { Body, Controller, Get, Inject, Param, Put, Req, Res } from '@nestjs/common';
import {
  ApiBody,
  ApiDefaultResponse,
  ApiHeader,
  ApiOperation,
  ApiResponse,
  ApiTags,
} from '@nestjs/swagger';
import { AuditLog } from '../audit/audit-log.ts';
import { expectedGeneration } from '../connections/etag.ts';
import { RequireScope, type AdminRequest } from '../keys/scope.guard.ts';
import { problemResponse, ref, refusal } from '../problem-schema.ts';
import { bodyShape } from '../reader.ts';
import { PluginScaling, type ScalingState } from './plugin-scaling.ts';
import { scalingView, type OverrideView, type ScalingView } from './scaling-view.ts';

const runners = { type: ['integer', 'null'], minimum: 0, maximum: 100, default: null };
const wantedOverride = bodyShape<OverrideView>(
  {
    min: { ...runners, description: 'in place of what the manifest says' },
    max: { ...runners, minimum: 1, description: 'in place of what the manifest says' },
    replicas: { ...runners, description: 'as many, whatever the work' },
  },
  [],
  { min: 1, max: 6 },
);

interface Reply {
  header(name: string, value: string): void;
}

const shownScaling = {
  status: 200,
  description: 'the scaling of the plugin',
  headers: { ETag: { description: 'changes with the override', schema: { type: 'string' } } },
  schema: ref('Scaling'),
} as const;
const unknown = refusal(404, 'there is no such plugin');

@ApiTags('runners')
@ApiDefaultResponse(problemResponse)
@Controller('admin/v1/plugins')
export class ScalingController {
  constructor(
    @Inject(PluginScaling) private readonly scaling: PluginScaling,
    @Inject(AuditLog) private readonly audit: AuditLog,
  ) {}

  @Get(':plugin/scaling')
  @RequireScope('admin:runs:read')
  @ApiOperation({ summary: 'Show how many runners a plugin has, and why' })
  @ApiResponse(shownScaling)
  @ApiResponse(unknown)
  async show(
    @Param('plugin') pluginId: string,
    @Res({ passthrough: true }) reply: Reply,
  ): Promise<ScalingView> {
    return shown(await this.scaling.show(pluginId), reply);
  }

  @Put(':plugin/scaling')
  @RequireScope('admin:plugins:write')
  @ApiOperation({
    summary: 'Say how many runners a plugin has; what is left out is as the manifest says',
  })
  @ApiHeader({
    name: 'If-Match',
    required: false,
    description: '`ETag` of the answer that the change stands on; without it the last change wins',
  })
  @ApiBody({ schema: wantedOverride.schema })
  @ApiResponse(shownScaling)
  @ApiResponse(unknown)
  @ApiResponse(refusal(412, 'If-Match names a state that is past; read the scaling again'))
  @ApiResponse(refusal(422, 'the body is not valid, or goes beyond what the platform allows'))
  async change(
    @Param('plugin') pluginId: string,
    @Body() body: unknown,
    @Req() { caller, headers }: AdminRequest,
    @Res({ passthrough: true }) reply: Reply,
  ): Promise<ScalingView> {
    const { min, max, replicas } = wantedOverride.read(body);
    const expected = expectedGeneration(headers['if-match'], 'scaling');
    const wanted = {
      min: min ?? undefined,
      max: max ?? undefined,
      replicas: replicas ?? undefined,
    };
    const state = await this.audit.record(
      { who: caller.keyId, action: 'plugin.scale', target: pluginId },
      () => this.scaling.change(pluginId, wanted, expected),
      () => `${pluginId} ${JSON.stringify(wanted)}`,
    );
    return shown(state, reply);
  }
}

function shown(state: ScalingState, reply: Reply): ScalingView {
  reply.header('ETag', `"${String(state.override.revision)}"`);
  return scalingView(state);
}
