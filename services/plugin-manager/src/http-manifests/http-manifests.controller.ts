import { Body, Controller, Get, HttpCode, Inject, Param, Post, Query, Req } from '@nestjs/common';
import {
  ApiBody,
  ApiDefaultResponse,
  ApiOperation,
  ApiQuery,
  ApiResponse,
  ApiTags,
} from '@nestjs/swagger';
import { AuditLog } from '../audit/audit-log.ts';
import { notFound } from '../errors.ts';
import { RequireScope, type AdminRequest } from '../keys/scope.guard.ts';
import { pageView, type PageView } from '../page.ts';
import { Installs } from '../profile/install.guard.ts';
import {
  cursorParameter,
  limitParameter,
  problemResponse,
  ref,
  refusal,
} from '../problem-schema.ts';
import { listShape } from '../reader.ts';
import { ImportManifests } from './import-manifests.ts';
import {
  confirmation,
  documentOf,
  importedDocuments,
  importText,
  oneDocument,
  previewedAction,
} from './manifest-bodies.ts';
import { ManifestStore } from './manifest-store.ts';
import {
  importedManifestView,
  importResultView,
  type ImportedManifestView,
  type ImportResultView,
} from './manifest-views.ts';
import { previewManifest, type PreviewView } from './preview-manifest.ts';
import { validateManifest, type ManifestCheckView } from './validate-manifest.ts';

const list = listShape();
const notValid = refusal(422, 'it is not valid; `faults` says what and where');

/** HTTP manifests that are no push: to look at, or to bring over from Faxbot. */
@ApiTags('http-manifests')
@ApiDefaultResponse(problemResponse)
@Controller('admin/v1/http-manifests')
export class HttpManifestsController {
  constructor(
    @Inject(ImportManifests) private readonly imports: ImportManifests,
    @Inject(ManifestStore) private readonly manifests: ManifestStore,
    @Inject(AuditLog) private readonly audit: AuditLog,
  ) {}

  @Post('validate')
  @HttpCode(200)
  @RequireScope('admin:plugins:write')
  @ApiOperation({ summary: 'Check an HTTP manifest; nothing is stored and nothing is sent' })
  @ApiBody({ schema: oneDocument.schema })
  @ApiResponse({ status: 200, description: 'it is valid', schema: ref('ManifestCheck') })
  @ApiResponse(refusal(413, 'it has more than 256 KiB'))
  @ApiResponse(notValid)
  validate(@Body() body: unknown): ManifestCheckView {
    return validateManifest(documentOf(oneDocument.read(body)));
  }

  @Post('preview')
  @HttpCode(200)
  @RequireScope('admin:plugins:write')
  @ApiOperation({
    summary:
      'Show what an action of an HTTP manifest would send; nothing is sent, and secrets are •••',
  })
  @ApiBody({ schema: previewedAction.schema })
  @ApiResponse({ status: 200, description: 'the requests', schema: ref('ManifestPreview') })
  @ApiResponse(refusal(413, 'it has more than 256 KiB'))
  @ApiResponse(notValid)
  preview(@Body() body: unknown): PreviewView {
    const { manifest, ...wanted } = previewedAction.read(body);
    return previewManifest(documentOf({ manifest }), wanted);
  }

  @Post('import')
  @HttpCode(200)
  @Installs()
  @RequireScope('admin:plugins:write')
  @ApiOperation({
    summary:
      'Import HTTP manifests, those of Faxbot too, from JSON or from a page of Markdown; what runs becomes a version that waits for approval',
  })
  @ApiBody({ schema: importedDocuments.schema })
  @ApiResponse({ status: 200, description: 'what became of each', schema: ref('ImportResults') })
  @ApiResponse(refusal(409, 'the only one in it has an id, or a version, that is taken'))
  @ApiResponse(refusal(413, 'the only one in it has more than 256 KiB'))
  @ApiResponse(refusal(422, 'there is none in it, or the only one cannot be stored'))
  async import(
    @Body() body: unknown,
    @Req() { caller }: AdminRequest,
  ): Promise<{ data: ImportResultView[] }> {
    const wanted = importedDocuments.read(body);
    const results = await this.audit.record(
      { who: caller.keyId, action: 'http_manifest.import', target: '' },
      () => this.imports.import(importText(wanted), wanted.allowed_domains),
      (done) =>
        done
          .map(({ id, state }) => `${id}: ${state}`)
          .join(', ')
          .slice(0, 1000),
    );
    return { data: results.map(importResultView) };
  }

  @Get()
  @RequireScope('admin:plugins:read')
  @ApiOperation({ summary: 'List imported manifests by id, the last of each' })
  @ApiQuery(limitParameter)
  @ApiQuery(cursorParameter)
  @ApiResponse({ status: 200, description: 'a page', schema: ref('ImportedManifestPage') })
  @ApiResponse(refusal(400, 'limit or cursor is not valid'))
  async list(@Query() query: unknown): Promise<PageView<ImportedManifestView>> {
    return pageView(await this.manifests.list(list.read(query).page), importedManifestView);
  }

  @Get(':id')
  @RequireScope('admin:plugins:read')
  @ApiOperation({ summary: 'Show an imported manifest with its original' })
  @ApiResponse({ status: 200, description: 'the manifest', schema: ref('ImportedManifestWhole') })
  @ApiResponse(refusal(404, 'none was imported under this id'))
  async show(@Param('id') id: string): Promise<ImportedManifestView & { original: string }> {
    const found = await this.manifests.find(id);
    if (found === undefined) throw notFound('import', id);
    return { ...importedManifestView(found), original: found.original };
  }

  @Post(':id/confirm')
  @HttpCode(200)
  @Installs()
  @RequireScope('admin:plugins:write')
  @ApiOperation({
    summary: 'Say which hosts an imported manifest may reach; it becomes a version by that',
  })
  @ApiBody({ schema: confirmation.schema })
  @ApiResponse({ status: 200, description: 'what became of it', schema: ref('ImportResult') })
  @ApiResponse(refusal(404, 'none was imported under this id'))
  @ApiResponse(refusal(409, 'it waits for nothing'))
  @ApiResponse(notValid)
  async confirm(
    @Param('id') id: string,
    @Body() body: unknown,
    @Req() { caller }: AdminRequest,
  ): Promise<ImportResultView> {
    const { allowed_domains: domains } = confirmation.read(body);
    const result = await this.audit.record(
      { who: caller.keyId, action: 'http_manifest.confirm', target: id.slice(0, 64) },
      () => this.imports.confirm(id, domains),
      () => `${id}: ${domains.join(' ')}`,
    );
    return importResultView(result);
  }
}
