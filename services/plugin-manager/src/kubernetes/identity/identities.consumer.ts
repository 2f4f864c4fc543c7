import { RunnerService, type IdentifyRunnerRequest } from '@made-open/contracts';
import { OnCall } from '@made-open/nest';
import { Controller, Inject } from '@nestjs/common';
import { PodRefusedError } from '../../errors.ts';
import { RunnerIdentities } from './runner-identities.ts';

/** Answers pods that ask whose runners they are; nothing but their token says who asks. */
@Controller()
export class IdentitiesConsumer {
  constructor(@Inject(RunnerIdentities) private readonly identities: RunnerIdentities) {}

  @OnCall(RunnerService.method.identifyRunner)
  async identify({ request }: IdentifyRunnerRequest): Promise<object> {
    if (request === undefined) throw new PodRefusedError('it sent no sealed request');
    return { identity: await this.identities.identify(request) };
  }
}
