import { TestConnectionSchema } from '@made-open/contracts';
import { OnCommand, type MessageContext } from '@made-open/nest';
import { Controller, Inject } from '@nestjs/common';
import type { TestConnection } from './connection-test.ts';
import { RunTests } from './run-tests.ts';

/** Few, since each has a sandbox of its own beside those of the syncs. */
const concurrency = 2;

/** The handler of the plugin's queue of tests. */
@Controller()
export class TestsConsumer {
  constructor(@Inject(RunTests) private readonly tests: RunTests) {}

  @OnCommand(TestConnectionSchema, { concurrency, maxMessages: concurrency })
  run(command: TestConnection, context: MessageContext): Promise<void> {
    return this.tests.run(command, () => context.working());
  }
}
