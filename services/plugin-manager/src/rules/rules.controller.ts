import {
  Body,
  Controller,
  Delete,
  Get,
  HttpCode,
  Inject,
  Param,
  Patch,
  Post,
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
import type { Rule } from '@made-open/contracts';
import { AuditLog } from '../audit/audit-log.ts';
import { expectedGeneration } from '../connections/etag.ts';
import { RequireScope, type AdminRequest } from '../keys/scope.guard.ts';
import { pageView, type PageView } from '../page.ts';
import {
  cursorParameter,
  limitParameter,
  problemResponse,
  ref,
  refusal,
} from '../problem-schema.ts';
import { spaceParameter } from '../reader.ts';
import { ruleView, trialView } from './rule-views.ts';
import {
  ruleList,
  spaceQuery,
  wantedChange,
  wantedDefinitionTrial,
  wantedRule,
  wantedTrial,
} from './rule-shapes.ts';
import { Rules } from './rules.ts';

interface Reply {
  header(name: string, value: string): void;
}

const ifMatch = {
  name: 'If-Match',
  required: false,
  description: '`ETag` of the answer that the change stands on; without it the last change wins',
} as const;
const headers = { ETag: { description: 'changes with the rule', schema: { type: 'string' } } };
const one = { description: 'the rule', headers, schema: ref('Rule') };
const trials = { status: 200, description: 'what it came to', schema: ref('RuleTrials') };
const absent = refusal(404, 'there is no such rule in the space');
const invalid = refusal(422, 'the body or the definition is not valid; `errors` names every fault');
const away = refusal(
  503,
  'the service of rules does not answer now; try again after `Retry-After`',
);

/** What the platform does by itself when something happens. */
@ApiTags('rules')
@ApiDefaultResponse(problemResponse)
@Controller('admin/v1/rules')
export class RulesController {
  constructor(
    @Inject(Rules) private readonly rules: Rules,
    @Inject(AuditLog) private readonly audit: AuditLog,
  ) {}

  @Post()
  @RequireScope('admin:rules:write')
  @ApiOperation({ summary: 'Make a rule' })
  @ApiBody({ schema: wantedRule.schema })
  @ApiResponse({ status: 201, ...one })
  @ApiResponse(invalid)
  @ApiResponse(away)
  async create(
    @Body() body: unknown,
    @Req() { caller }: AdminRequest,
    @Res({ passthrough: true }) reply: Reply,
  ): Promise<object> {
    const { space_id: spaceId, ...wanted } = wantedRule.read(body);
    const rule = await this.audit.record(
      { who: caller.keyId, action: 'rule.create', target: spaceId },
      () => this.rules.create(spaceId, wanted),
      ({ id }) => id,
    );
    return shown(rule, reply);
  }

  @Get()
  @RequireScope('admin:rules:read')
  @ApiOperation({ summary: 'List the rules of a space' })
  @ApiQuery(limitParameter)
  @ApiQuery(cursorParameter)
  @ApiQuery(spaceParameter)
  @ApiResponse({ status: 200, description: 'a page', schema: ref('RulePage') })
  @ApiResponse(refusal(400, 'limit or cursor is not valid'))
  @ApiResponse(away)
  async list(@Query() query: unknown): Promise<PageView<object>> {
    const { page, filters } = ruleList.read(query);
    return pageView(await this.rules.list(filters['space_id'] ?? 'default', page), ruleView);
  }

  @Post('test')
  @HttpCode(200)
  @RequireScope('admin:rules:write')
  @ApiOperation({ summary: 'Hold a definition against past or given events, and do nothing' })
  @ApiBody({ schema: wantedDefinitionTrial.schema })
  @ApiResponse(trials)
  @ApiResponse(invalid)
  @ApiResponse(away)
  async test(@Body() body: unknown, @Req() { caller }: AdminRequest): Promise<object> {
    const { space_id: spaceId, definition, ...rest } = wantedDefinitionTrial.read(body);
    const { events = [], limit = 0 } = rest;
    const wanted = { spaceId, ruleId: '', definition, events, limit };
    return this.#test(caller.keyId, wanted);
  }

  @Get(':rule')
  @RequireScope('admin:rules:read')
  @ApiOperation({ summary: 'Show a rule, with how often it has fired' })
  @ApiQuery(spaceParameter)
  @ApiResponse({ status: 200, ...one })
  @ApiResponse(absent)
  @ApiResponse(away)
  async show(
    @Param('rule') ruleId: string,
    @Query() query: unknown,
    @Res({ passthrough: true }) reply: Reply,
  ): Promise<object> {
    return shown(await this.rules.find({ spaceId: spaceOf(query), ruleId }), reply);
  }

  @Patch(':rule')
  @RequireScope('admin:rules:write')
  @ApiOperation({ summary: 'Change a rule: its name, its definition, or whether it is enabled' })
  @ApiHeader(ifMatch)
  @ApiQuery(spaceParameter)
  @ApiBody({ schema: wantedChange.schema })
  @ApiResponse({ status: 200, ...one })
  @ApiResponse(absent)
  @ApiResponse(refusal(409, 'it was changed at the same time; repeat the change'))
  @ApiResponse(refusal(412, 'If-Match names a state that is past; read the rule again'))
  @ApiResponse(invalid)
  @ApiResponse(away)
  async change(
    @Param('rule') ruleId: string,
    @Body() body: unknown,
    @Req() request: AdminRequest & { readonly query: unknown },
    @Res({ passthrough: true }) reply: Reply,
  ): Promise<object> {
    const wanted = wantedChange.read(body);
    const key = { spaceId: spaceOf(request.query), ruleId };
    const expected = expectedGeneration(request.headers['if-match'], 'rule');
    const rule = await this.audit.record(
      { who: request.caller.keyId, action: 'rule.change', target: ruleId },
      () => this.rules.change(key, wanted, expected),
      () => `${ruleId}: ${Object.keys(wanted).join(' ')}`,
    );
    return shown(rule, reply);
  }

  @Delete(':rule')
  @HttpCode(204)
  @RequireScope('admin:rules:write')
  @ApiOperation({ summary: 'Delete a rule and its executions' })
  @ApiQuery(spaceParameter)
  @ApiResponse({ status: 204, description: 'deleted' })
  @ApiResponse(absent)
  @ApiResponse(away)
  async remove(
    @Param('rule') ruleId: string,
    @Query() query: unknown,
    @Req() { caller }: AdminRequest,
  ): Promise<void> {
    const key = { spaceId: spaceOf(query), ruleId };
    await this.audit.record({ who: caller.keyId, action: 'rule.delete', target: ruleId }, () =>
      this.rules.remove(key),
    );
  }

  @Post(':rule/test')
  @HttpCode(200)
  @RequireScope('admin:rules:write')
  @ApiOperation({ summary: 'Hold a rule against past or given events, and do nothing' })
  @ApiQuery(spaceParameter)
  @ApiBody({ schema: wantedTrial.schema, required: false })
  @ApiResponse(trials)
  @ApiResponse(absent)
  @ApiResponse(invalid)
  @ApiResponse(away)
  testStored(
    @Param('rule') ruleId: string,
    @Query() query: unknown,
    @Body() body: unknown,
    @Req() { caller }: AdminRequest,
  ): Promise<object> {
    const { events = [], limit = 0 } = wantedTrial.read(body);
    const wanted = { spaceId: spaceOf(query), ruleId, definition: undefined, events, limit };
    return this.#test(caller.keyId, wanted);
  }

  /** It shows what events hold, so that it is noted. */
  async #test(who: string, wanted: Parameters<Rules['test']>[0]): Promise<object> {
    const target = wanted.ruleId || wanted.spaceId;
    const found = await this.audit.record({ who, action: 'rule.test', target }, () =>
      this.rules.test(wanted),
    );
    return { data: found.map(trialView) };
  }
}

function spaceOf(query: unknown): string {
  return spaceQuery.read(query).space_id ?? 'default';
}

function shown(rule: Rule, reply: Reply): object {
  reply.header('ETag', `"${String(rule.version)}"`);
  return ruleView(rule);
}
