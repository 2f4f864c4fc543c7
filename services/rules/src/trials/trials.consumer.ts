import { RuleService, type TestRuleRequest } from '@made-open/contracts';
import { OnCall } from '@made-open/nest';
import { Controller, Inject } from '@nestjs/common';
import { TestRule } from './test-rule.ts';

@Controller()
export class TrialsConsumer {
  constructor(@Inject(TestRule) private readonly testRule: TestRule) {}

  @OnCall(RuleService.method.testRule)
  async test(request: TestRuleRequest): Promise<object> {
    return { trials: await this.testRule.test(request) };
  }
}
