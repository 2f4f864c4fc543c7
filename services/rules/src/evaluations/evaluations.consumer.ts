import { pluginIdOf, RuleService, type RecordEvaluationRequest } from '@made-open/contracts';
import { OnCall, type MessageContext } from '@made-open/nest';
import { Controller, Inject } from '@nestjs/common';
import { Evaluations } from './evaluations.ts';

@Controller()
export class EvaluationsConsumer {
  constructor(@Inject(Evaluations) private readonly evaluations: Evaluations) {}

  @OnCall(RuleService.method.recordEvaluation)
  async record(
    { result }: RecordEvaluationRequest,
    { parameters }: MessageContext,
  ): Promise<object> {
    if (result !== undefined)
      await this.evaluations.record(pluginIdOf(parameters.plugin ?? ''), result);
    return {};
  }
}
