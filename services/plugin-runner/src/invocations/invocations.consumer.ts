import { InvokeSchema, type Invoke } from '@made-open/contracts';
import { OnCommand, type MessageContext } from '@made-open/nest';
import { Controller, Inject, type Type } from '@nestjs/common';
import { RunInvocations } from './run-invocations.ts';

/** The handler of the plugin's queue of short calls. A function, since their concurrency comes from the configuration. */
export function invocationsConsumer(concurrency: number): Type {
  // Nothing is fetched ahead: a command that waits here could be carried out elsewhere.
  const options = { concurrency, maxMessages: concurrency };

  @Controller()
  class InvocationsConsumer {
    constructor(@Inject(RunInvocations) private readonly invocations: RunInvocations) {}

    @OnCommand(InvokeSchema, options)
    run(command: Invoke, context: MessageContext): Promise<void> {
      const working = (): void => context.working();
      const { deliveryCount: attempt, ageMs } = context;
      return this.invocations.run(command, { attempt, ageMs, working });
    }
  }
  return InvocationsConsumer;
}
