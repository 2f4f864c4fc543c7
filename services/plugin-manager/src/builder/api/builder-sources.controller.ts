import { Body, Controller, Get, HttpCode, Inject, Param, Post, UseGuards } from '@nestjs/common';
import { ApiBody, ApiDefaultResponse, ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import { RequireScope } from '../../keys/scope.guard.ts';
import { PluginStore } from '../../plugins/plugin-store.ts';
import { problemResponse, ref, refusal } from '../../problem-schema.ts';
import { bodyShape } from '../../reader.ts';
import { draftOf, type WantedOperation } from '../drafts/draft-of.ts';
import { readOpenApi } from '../drafts/read-open-api.ts';
import type { BuilderInput } from '../input/builder-input.ts';
import { inputOf } from '../input/input-of.ts';
import { nextVersion } from '../input/next-version.ts';
import { editableManifest } from '../place/installed.ts';
import { allPresets, presetOf } from '../../presets/presets.ts';
import { previewInput, type PreviewView, type WantedPreview } from '../preview-input.ts';
import { BuilderGuard } from './builder.guard.ts';
import { exampleInput } from './builder-schemas.ts';

const draft = bodyShape<{ document: unknown; operations: WantedOperation[] }>(
  {
    document: { description: 'OpenAPI 3.0 or 3.1, as an object or as JSON or YAML text' },
    operations: {
      type: 'array',
      maxItems: 16,
      default: [],
      items: {
        type: 'object',
        required: ['operation', 'action'],
        additionalProperties: false,
        properties: {
          operation: { type: 'string', maxLength: 300, description: 'id of the operation' },
          action: { type: 'string', pattern: '^[a-z][a-z0-9_]{0,63}$' },
        },
      },
      description: 'which operations become which actions; none: list what there is',
    },
  },
  ['document'],
  {
    document: { openapi: '3.1.0', info: { title: 'Acme', version: '1' }, paths: {} },
    operations: [],
  },
);

const preview = bodyShape<WantedPreview>(
  {
    input: { description: 'what the wizard was told' },
    action: { type: 'string', maxLength: 64 },
    sample: { type: 'object', description: 'what is sent, as a fax has it' },
    settings: { type: 'object' },
  },
  ['input', 'action'],
  { input: exampleInput, action: 'send_fax', sample: { to: '+15550100' } },
);

interface DraftView {
  readonly operations: readonly {
    readonly id: string;
    readonly method: string;
    readonly path: string;
    readonly summary: string;
  }[];
  readonly input: BuilderInput | null;
}

/** What the wizard can begin with. */
@ApiTags('builder')
@ApiDefaultResponse(problemResponse)
@UseGuards(BuilderGuard)
@Controller('admin/v1/builder')
export class BuilderSourcesController {
  constructor(@Inject(PluginStore) private readonly plugins: PluginStore) {}

  @Get('presets')
  @RequireScope('admin:plugins:read')
  @ApiOperation({ summary: 'List the providers that are described already' })
  @ApiResponse({ status: 200, description: 'all presets', schema: ref('Presets') })
  presets(): object {
    return {
      data: allPresets().map(
        ({ id, name, version, description = '', categories, capabilities, learn_more }) => ({
          id,
          name,
          version,
          description,
          categories,
          capabilities,
          learn_more: learn_more ?? null,
        }),
      ),
    };
  }

  @Get('presets/:preset')
  @RequireScope('admin:plugins:read')
  @ApiOperation({ summary: 'Show a described provider as the input of the wizard' })
  @ApiResponse({ status: 200, description: 'the input', schema: ref('BuilderInput') })
  @ApiResponse(refusal(404, 'there is no such preset'))
  preset(@Param('preset') id: string): { input: BuilderInput } {
    return { input: inputOf(presetOf(id)) };
  }

  @Get('installed/:plugin')
  @RequireScope('admin:plugins:read')
  @ApiOperation({ summary: 'Show an installed HTTP manifest as the input of its next version' })
  @ApiResponse({ status: 200, description: 'the input', schema: ref('BuilderInput') })
  @ApiResponse(refusal(404, 'there is no such plugin'))
  @ApiResponse(refusal(409, 'it is code and no HTTP manifest'))
  async installed(@Param('plugin') id: string): Promise<{ input: BuilderInput }> {
    const manifest = await editableManifest(this.plugins, id);
    return { input: inputOf({ ...manifest, version: nextVersion(manifest.version) }) };
  }

  @Post('preview')
  @HttpCode(200)
  @RequireScope('admin:plugins:read')
  @ApiOperation({ summary: 'Show what an action would send, with secrets hidden; nothing is sent' })
  @ApiBody({ schema: preview.schema })
  @ApiResponse({ status: 200, description: 'requests and fixtures', schema: ref('BuilderPreview') })
  @ApiResponse(refusal(422, 'the input is not valid; `faults` says what and where'))
  preview(@Body() body: unknown): PreviewView {
    return previewInput(preview.read(body));
  }

  @Post('drafts')
  @HttpCode(200)
  @RequireScope('admin:plugins:read')
  @ApiOperation({
    summary: 'List the operations of an OpenAPI document, or make actions of chosen ones',
  })
  @ApiBody({ schema: draft.schema })
  @ApiResponse({ status: 200, description: 'operations and input', schema: ref('Draft') })
  @ApiResponse(refusal(404, 'the document has no such operation'))
  @ApiResponse(refusal(422, 'it is no OpenAPI document that can be read'))
  draft(@Body() body: unknown): DraftView {
    const { document, operations } = draft.read(body);
    const api = readOpenApi(document);
    return {
      operations: api.operations.map(({ id, method, path, summary }) => ({
        id,
        method,
        path,
        summary,
      })),
      input: operations.length === 0 ? null : draftOf(api, operations),
    };
  }
}
