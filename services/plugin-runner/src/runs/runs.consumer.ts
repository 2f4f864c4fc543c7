import { create } from '@bufbuild/protobuf';
import {
  RunCanarySchema,
  RunKind,
  RunRemapSchema,
  RunSyncSchema,
  type RunCanary,
  type RunRemap,
} from '@made-open/contracts';
import { OnCommand, type MessageContext } from '@made-open/nest';
import { Controller, Inject, type Type } from '@nestjs/common';
import { RunSyncs, type Delivered } from './run-syncs.ts';
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
      return this.runs.run(command, deliveredBy(context));
    }

    @OnCommand(RunCanarySchema, options)
    canary(command: RunCanary, context: MessageContext): Promise<void> {
      const { $typeName: _, $unknown: _unknown, pluginVersion, ...run } = command;
      return this.runs.runOf(pluginVersion, create(RunSyncSchema, run), deliveredBy(context));
    }

    @OnCommand(RunRemapSchema, options)
    remap(command: RunRemap, context: MessageContext): Promise<void> {
      const { $typeName: _, $unknown: _unknown, ...run } = command;
      return this.sync(create(RunSyncSchema, { ...run, kind: RunKind.REMAP }), context);
    }
  }
  return RunsConsumer;
}

function deliveredBy(context: MessageContext): Delivered {
  return { attempt: context.deliveryCount, working: () => context.working() };
}
