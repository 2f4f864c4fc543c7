import { pluginIdOf, SchedulerService, type TakeRequestsRequest } from '@made-open/contracts';
import { OnCall, type MessageContext } from '@made-open/nest';
import { Controller, Inject } from '@nestjs/common';
import { ConnectionStore } from '../connections/connection-store.ts';
import { takeFromBudget } from './take-from-budget.ts';

@Controller()
export class BudgetsConsumer {
  constructor(@Inject(ConnectionStore) private readonly connections: ConnectionStore) {}

  @OnCall(SchedulerService.method.takeRequests)
  take(
    { connectionId, wanted }: TakeRequestsRequest,
    { parameters }: MessageContext,
  ): Promise<object> {
    const pluginId = pluginIdOf(parameters.plugin ?? '');
    return takeFromBudget(this.connections, pluginId, { connectionId, wanted });
  }
}
