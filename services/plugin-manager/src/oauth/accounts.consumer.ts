import { ReauthenticationRequiredSchema, TokenRefreshedSchema } from '@made-open/contracts';
import type { EventOf } from '@made-open/bus';
import { OnEvent } from '@made-open/nest';
import { Controller, Inject } from '@nestjs/common';
import { ConnectionStore } from '../connections/connection-store.ts';

/** Hears of the wallet how it stands with the accounts behind connections. A connection that is gone is left alone. */
@Controller()
export class AccountsConsumer {
  constructor(@Inject(ConnectionStore) private readonly connections: ConnectionStore) {}

  @OnEvent(ReauthenticationRequiredSchema)
  async refused({ message }: EventOf<typeof ReauthenticationRequiredSchema>): Promise<void> {
    const { connectionId, code, message: text, revision } = message;
    const account = { revision, refusal: { code, message: text }, tokenField: undefined };
    await this.connections.change(connectionId, { account });
  }

  @OnEvent(TokenRefreshedSchema)
  async refreshed({ message }: EventOf<typeof TokenRefreshedSchema>): Promise<void> {
    const { connectionId, revision, tokenProperty } = message;
    const account = { revision, refusal: undefined, tokenField: tokenProperty };
    await this.connections.change(connectionId, { account });
  }
}
