import { create } from '@bufbuild/protobuf';
import { RunKind, RunRemapSchema, RunSyncSchema, type RunRemap } from '@made-open/contracts';
import { OnCommand, type MessageContext } from '@made-open/nest';
import { Controller, Inject, type Type } from '@nestjs/common';
import { RunSyncs } from './run-syncs.ts';
import type { RunSync } from './runner.ts';

/** The handlers of the plugin's work queue. A function, since their concurrency comes from the configuration. */
export function runsConsumer(concurrency: number): Type {
  // Nothing is fetched ahead: a command that waits here could run elsewhere.
  const options = { concurrency, maxMessages: concurrency };

  @Controller()
  class RunsConsumer {
    constructor(@Inject(RunSyncs) private readonly runs: RunSyncs) {}

    @OnCommand(RunSyncSchema, options)
    sync(command: RunSync, context: MessageContext): Promise<void> {
      const { deliveryCount: attempt } = context;
      return this.runs.run(command, { attempt, working: () => context.working() });
    }

    @OnCommand(RunRemapSchema, options)
    remap(command: RunRemap, context: MessageContext): Promise<void> {
      const { $typeName: _, $unknown: _unknown, ...run } = command;
      return this.sync(create(RunSyncSchema, { ...run, kind: RunKind.REMAP }), context);
    }
  }
  return RunsConsumer;
}
