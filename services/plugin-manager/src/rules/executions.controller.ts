import { Controller, Get, Inject, Param, Query } from '@nestjs/common';
import { ApiDefaultResponse, ApiOperation, ApiQuery, ApiResponse, ApiTags } from '@nestjs/swagger';
import { RequireScope } from '../keys/scope.guard.ts';
import { pageView, type PageView } from '../page.ts';
import {
  cursorParameter,
  limitParameter,
  problemResponse,
  ref,
  refusal,
} from '../problem-schema.ts';
import { spaceParameter } from '../reader.ts';
import { executionList, stateParameter } from './rule-shapes.ts';
import { executionView } from './rule-views.ts';
import { Rules } from './rules.ts';

const page = { status: 200, description: 'a page', schema: ref('ExecutionPage') };
const badQuery = refusal(400, 'limit, cursor or state is not valid');
const away = refusal(
  503,
  'the service of rules does not answer now; try again after `Retry-After`',
);

/** What became of events that rules were held against, kept for 30 days. */
@ApiTags('rules')
@ApiDefaultResponse(problemResponse)
@Controller('admin/v1')
export class ExecutionsController {
  constructor(@Inject(Rules) private readonly rules: Rules) {}

  @Get('rules/:rule/executions')
  @RequireScope('admin:rules:read')
  @ApiOperation({ summary: 'What became of the events that a rule was held against, newest first' })
  @ApiQuery(limitParameter)
  @ApiQuery(cursorParameter)
  @ApiQuery(stateParameter)
  @ApiQuery(spaceParameter)
  @ApiResponse(page)
  @ApiResponse(badQuery)
  @ApiResponse(refusal(404, 'there is no such rule in the space'))
  @ApiResponse(away)
  ofRule(@Param('rule') ruleId: string, @Query() query: unknown): Promise<PageView<object>> {
    return this.#page(ruleId, query);
  }

  @Get('rule-executions')
  @RequireScope('admin:rules:read')
  @ApiOperation({ summary: 'The same of all rules of a space' })
  @ApiQuery(limitParameter)
  @ApiQuery(cursorParameter)
  @ApiQuery(stateParameter)
  @ApiQuery(spaceParameter)
  @ApiResponse(page)
  @ApiResponse(badQuery)
  @ApiResponse(away)
  all(@Query() query: unknown): Promise<PageView<object>> {
    return this.#page('', query);
  }

  async #page(ruleId: string, query: unknown): Promise<PageView<object>> {
    const { page: wanted, filters } = executionList.read(query);
    const { space_id: spaceId = 'default', state = '' } = filters;
    return pageView(await this.rules.executions({ spaceId, ruleId, state }, wanted), executionView);
  }
}
