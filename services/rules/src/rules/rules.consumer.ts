import {
  RuleService,
  type DeleteRuleRequest,
  type GetRuleRequest,
  type ListRulesRequest,
  type PutRuleRequest,
} from '@made-open/contracts';
import { OnCall } from '@made-open/nest';
import { Controller, Inject } from '@nestjs/common';
import { isUuid, pageRequest } from '../page.ts';
import { findRule, putRule } from './change-rules.ts';
import { RuleStore } from './rule-store.ts';
import { ruleMessage } from './rule.ts';

@Controller()
export class RulesConsumer {
  constructor(@Inject(RuleStore) private readonly rules: RuleStore) {}

  @OnCall(RuleService.method.putRule)
  async put(request: PutRuleRequest): Promise<object> {
    return { rule: ruleMessage(await putRule(this.rules, request)) };
  }

  @OnCall(RuleService.method.getRule)
  async get({ spaceId, ruleId }: GetRuleRequest): Promise<object> {
    return { rule: ruleMessage(await findRule(this.rules, spaceId, ruleId)) };
  }

  @OnCall(RuleService.method.listRules)
  async list({ spaceId, ...page }: ListRulesRequest): Promise<object> {
    const { rows, nextCursor } = await this.rules.list(spaceId, pageRequest(page));
    return { rules: rows.map(ruleMessage), nextCursor };
  }

  @OnCall(RuleService.method.deleteRule)
  async delete({ spaceId, ruleId }: DeleteRuleRequest): Promise<object> {
    return { deleted: isUuid(ruleId) && (await this.rules.remove(spaceId, ruleId)) };
  }
}
