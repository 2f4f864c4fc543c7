import { pluginIdOf, RunnerService, type RecordTestRequest } from '@made-open/contracts';
import { OnCall, type MessageContext } from '@made-open/nest';
import { Controller, Inject } from '@nestjs/common';
import { RecordTest } from './record-test.ts';

/** Hears what tests came to; the subject's token, which NATS guards, says of which plugin. */
@Controller()
export class TestsConsumer {
  constructor(@Inject(RecordTest) private readonly tests: RecordTest) {}

  @OnCall(RunnerService.method.recordTest)
  async record(request: RecordTestRequest, { parameters }: MessageContext): Promise<object> {
    await this.tests.record(pluginIdOf(parameters[0] ?? ''), request);
    return {};
  }
}
