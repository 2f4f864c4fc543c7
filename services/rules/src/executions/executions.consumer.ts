import { RuleService, type ListExecutionsRequest } from '@made-open/contracts';
import { OnCall } from '@made-open/nest';
import { Controller, Inject } from '@nestjs/common';
import { pageRequest } from '../page.ts';
import { Executions } from './executions.ts';

@Controller()
export class ExecutionsConsumer {
  constructor(@Inject(Executions) private readonly executions: Executions) {}

  @OnCall(RuleService.method.listExecutions)
  async list(request: ListExecutionsRequest): Promise<object> {
    const wanted = { ...request, ...pageRequest(request) };
    const { rows, nextCursor } = await this.executions.list(wanted);
    return { executions: [...rows], nextCursor };
  }
}
