import { RunSyncSchema } from '@made-open/contracts';
import { OnCommand, type MessageContext } from '@made-open/nest';
import { Controller, Inject, type Type } from '@nestjs/common';
import { RunSyncs } from './run-syncs.ts';
import type { RunSync } from './runner.ts';

/** The handler of the plugin's work queue. A function, since its concurrency comes from the configuration. */
export function runsConsumer(concurrency: number): Type {
  @Controller()
  class RunsConsumer {
    constructor(@Inject(RunSyncs) private readonly runs: RunSyncs) {}

    // Nothing is fetched ahead: a command that waits here could run elsewhere.
    @OnCommand(RunSyncSchema, { concurrency, maxMessages: concurrency })
    run(command: RunSync, context: MessageContext): Promise<void> {
      const { deliveryCount: attempt } = context;
      return this.runs.run(command, { attempt, working: () => context.working() });
    }
  }
  return RunsConsumer;
}
