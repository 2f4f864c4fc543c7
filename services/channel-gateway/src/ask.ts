import type { DescMessage, MessageInitShape, MessageShape } from '@bufbuild/protobuf';
import { RemoteError, describeError, type Bus } from '@made-open/bus';
import type { CallMethod } from '@made-open/contracts';
import { UnavailableError } from './errors.ts';

/** Asks another service. No answer is "not available", whatever the bus says of it: clients do not know our subjects. */
export type Ask = <I extends DescMessage, O extends DescMessage>(
  method: CallMethod<I, O>,
  request: MessageInitShape<I>,
) => Promise<MessageShape<O>>;

export function askOver(bus: Pick<Bus, 'call'>, timeoutMs: number): Ask {
  return async (method, request) => {
    try {
      return await bus.call(method, request, { timeoutMs });
    } catch (error) {
      if (describeError(error).retry !== 'later') throw error;
      // Of its own faults a service says no more than this code; they are logged there and answered with 500.
      if (error instanceof RemoteError && error.code === 'internal') throw error;
      throw new UnavailableError(error);
    }
  };
}
