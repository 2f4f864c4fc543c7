import {
  Body,
  Controller,
  Get,
  HttpCode,
  Inject,
  Param,
  Post,
  Put,
  Query,
  Req,
  Res,
} from '@nestjs/common';
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
import { notFound } from '../errors.ts';
import { RequireScope, type AdminRequest } from '../keys/scope.guard.ts';
import { problemResponse, ref, refusal } from '../problem-schema.ts';
import { bodyShape, spaceParameter } from '../reader.ts';
import { ChangeSlot, type SlotView } from './change-slot.ts';
import type { SlotsFile } from './slots-file/slots-file.ts';
import { TransferSlots } from './slots-file/transfer-slots.ts';
import { slotNames, type SlotName } from './provider.ts';
import { spaceOf } from './provider-configs.controller.ts';
import {
  etagHeader,
  expectedRevision,
  ifMatchHeader,
  revisionFields,
  type ExpectedRevision,
} from './revision-field.ts';

const wantedSlot = bodyShape<{ plugin_id: string | null } & ExpectedRevision>(
  {
    plugin_id: {
      type: ['string', 'null'],
      pattern: '^[a-z0-9.-]{1,128}$',
      description: 'an enabled provider; null leaves the slot empty',
    },
    ...revisionFields,
  },
  ['plugin_id'],
  { plugin_id: 'com.example.fax', expected_revision: 3 },
);

const fileSlot = {
  type: 'object',
  required: ['plugin', 'enabled'],
  additionalProperties: false,
  properties: {
    plugin: {
      type: ['string', 'null'],
      pattern: '^[a-z0-9.-]{0,128}$',
      description: 'null or empty: nobody',
    },
    enabled: { type: 'boolean' },
    settings: { type: 'object', default: {} },
  },
};
const slotsFile = bodyShape<SlotsFile>(
  {
    version: { const: 1 },
    providers: {
      type: 'object',
      additionalProperties: false,
      properties: Object.fromEntries(slotNames.map((slot) => [slot, fileSlot])),
    },
  },
  ['version', 'providers'],
  { version: 1, providers: { outbound: { plugin: 'phaxio', enabled: true, settings: {} } } },
);

interface Reply {
  header(name: string, value: string): void;
}

@ApiTags('providers')
@ApiDefaultResponse(problemResponse)
@Controller('admin/v1/slots')
export class SlotsController {
  constructor(
    @Inject(ChangeSlot) private readonly slots: ChangeSlot,
    @Inject(TransferSlots) private readonly files: TransferSlots,
    @Inject(AuditLog) private readonly audit: AuditLog,
  ) {}

  @Get()
  @RequireScope('admin:plugins:read')
  @ApiOperation({ summary: 'Show which provider has which slot of a space' })
  @ApiQuery(spaceParameter)
  @ApiResponse({ status: 200, description: 'all slots', schema: ref('SlotPage') })
  async list(@Query() query: unknown): Promise<{ data: SlotView[]; next_cursor: null }> {
    return { data: await this.slots.list(spaceOf(query)), next_cursor: null };
  }

  @Get('export')
  @RequireScope('admin:plugins:read')
  @ApiOperation({ summary: 'Export the slots as a configuration file of Faxbot' })
  @ApiQuery(spaceParameter)
  @ApiResponse({ status: 200, description: 'without credentials', schema: ref('SlotsFile') })
  export(@Query() query: unknown): Promise<SlotsFile> {
    return this.files.export(spaceOf(query));
  }

  @Post('import')
  @HttpCode(200)
  @RequireScope('admin:plugins:write')
  @ApiOperation({ summary: 'Give the slots to whom a configuration file of Faxbot says' })
  @ApiQuery(spaceParameter)
  @ApiBody({ schema: slotsFile.schema })
  @ApiResponse({ status: 200, description: 'all slots', schema: ref('ImportedSlots') })
  @ApiResponse(refusal(409, 'a plugin of the file has no active version'))
  @ApiResponse(refusal(422, 'the file is not valid, or has secrets or a plugin that is not here'))
  async import(
    @Body() body: unknown,
    @Req() { caller, query }: AdminRequest,
  ): Promise<{ data: SlotView[]; notes: readonly string[] }> {
    const file = slotsFile.read(body);
    const spaceId = spaceOf(query);
    const what = { who: caller.keyId, action: 'provider.import', target: spaceId };
    const notes = await this.audit.record(what, () => this.files.import(spaceId, file));
    return { data: await this.slots.list(spaceId), notes };
  }

  @Put(':slot')
  @RequireScope('admin:plugins:write')
  @ApiOperation({ summary: 'Give a slot to a provider, or to nobody' })
  @ApiQuery(spaceParameter)
  @ApiHeader(ifMatchHeader)
  @ApiBody({ schema: wantedSlot.schema })
  @ApiResponse({
    status: 200,
    description: 'the slot',
    headers: etagHeader,
    schema: ref('Slot'),
  })
  @ApiResponse(refusal(404, 'there is no such slot or plugin'))
  @ApiResponse(refusal(409, 'the provider is not enabled, or `revision` is another one by now'))
  @ApiResponse(refusal(422, 'the plugin is not made for the slot'))
  async change(
    @Param('slot') name: string,
    @Body() body: unknown,
    @Req() { caller, headers, query }: AdminRequest,
    @Res({ passthrough: true }) reply: Reply,
  ): Promise<SlotView> {
    const { plugin_id: pluginId, ...rest } = wantedSlot.read(body);
    const expected = expectedRevision(headers['if-match'], rest);
    const slot = slotNamed(name);
    const spaceId = spaceOf(query);
    const view = await this.audit.record(
      { who: caller.keyId, action: 'provider.slot', target: slot },
      () => this.slots.change({ spaceId, slot, pluginId, expected }),
      () => `${slot}: ${pluginId ?? 'nobody'}`,
    );
    reply.header('ETag', `"${String(view.revision)}"`);
    return view;
  }
}

function slotNamed(name: string): SlotName {
  const slot = slotNames.find((one) => one === name);
  if (slot === undefined) throw notFound('slot', name);
  return slot;
}
