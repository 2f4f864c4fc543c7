import {
  DeliveryService,
  OutboundService,
  RuleService,
  SchedulerService,
  type Invoke,
} from '@made-open/contracts';
import type { Runner } from '../runs/runner.ts';
import type { InvocationResult } from './invocation.ts';
import { untilAnswered } from './until-answered.ts';

const answerWithinMs = 5000;

/** Tells the service that asked what became of its call, until it has heard it; rejects when it will not, or the signal says so. */
export async function tellResult(
  { bus, token, stopping: signal }: Pick<Runner, 'bus' | 'token' | 'stopping'>,
  command: Invoke,
  result: InvocationResult,
): Promise<void> {
  const options = { parameters: { plugin: token }, signal, timeoutMs: answerWithinMs };
  await untilAnswered(() => tell(bus, { command, result }, options), signal);
}

type CallOptions = NonNullable<Parameters<Runner['bus']['call']>[2]>;

function tell(
  bus: Pick<Runner['bus'], 'call'>,
  { command, result }: { readonly command: Invoke; readonly result: InvocationResult },
  options: CallOptions,
): Promise<unknown> {
  const { work } = command;
  switch (work.case) {
    case 'webhook': {
      const { deliveryId } = work.value;
      return bus.call(DeliveryService.method.recordDelivery, { deliveryId, result }, options);
    }
    case 'message':
    case 'call':
    case 'fax': {
      const { attemptId } = work.value;
      return bus.call(OutboundService.method.recordSending, { attemptId, result }, options);
    }
    case 'faxQuestion': {
      const { questionId, outboundId } = work.value;
      const answer = { questionId, outboundId, result };
      return bus.call(OutboundService.method.recordFaxAnswer, answer, options);
    }
    case 'operator':
      return bus.call(RuleService.method.recordEvaluation, { result }, options);
    default:
      return bus.call(SchedulerService.method.recordSubscription, { result }, options);
  }
}
