import {
  pluginIdOf,
  WalletService,
  type BindRunnerRequest,
  type RegisterTicketRequest,
} from '@made-open/contracts';
import { OnCall, type MessageContext } from '@made-open/nest';
import { Controller, Inject } from '@nestjs/common';
import { Vault } from '../vault/vault.ts';
import { announceTicket } from './announce-ticket.ts';
import { bindRunner } from './bind-runner.ts';

@Controller()
export class RunnersConsumer {
  constructor(@Inject(Vault) private readonly vault: Vault) {}

  @OnCall(WalletService.method.registerTicket)
  async announce(request: RegisterTicketRequest): Promise<object> {
    await announceTicket(this.vault, request);
    return {};
  }

  @OnCall(WalletService.method.bindRunner)
  async bind(request: BindRunnerRequest, { parameters }: MessageContext): Promise<object> {
    const pluginId = pluginIdOf(parameters.plugin ?? '');
    return { runnerId: await bindRunner(this.vault, pluginId, request) };
  }
}
