import type { Bus } from '@made-open/bus';
import { RuleService, type InvocationResult } from '@made-open/contracts';
import { Answerer } from './answerer.ts';

/** rules, as far as it asks for conditions. */
export class FakeRules {
  /** By the id of the invocation. */
  readonly evaluations = new Map<string, InvocationResult>();

  constructor(bus: Bus, token: string) {
    const answers = new Answerer(bus, 'rules');
    answers.on(RuleService.method.recordEvaluation, token, ({ result }) => {
      if (result !== undefined) this.evaluations.set(result.invocationId, result);
      return {};
    });
  }
}
