import type { DescMessage, MessageInitShape } from '@bufbuild/protobuf';
import { writeEvents } from '@made-open/bus';
import {
  ReauthenticationRequiredSchema,
  routeSubject,
  TokenRefreshedSchema,
} from '@made-open/contracts';
import { appendOutbox, type OutboxMessage } from '@made-open/postgres';
import type { Transaction } from 'kysely';
import type { WalletTables } from '../vault/tables.ts';
import { Announcements, type Announcement } from './announcements.ts';

export class PostgresAnnouncements extends Announcements {
  readonly #transaction: Transaction<WalletTables>;

  constructor(transaction: Transaction<WalletTables>) {
    super();
    this.#transaction = transaction;
  }

  override async append({ owner, refusal, revision, tokenProperty }: Announcement): Promise<void> {
    const message =
      refusal === undefined
        ? outgoing(TokenRefreshedSchema, { ...owner, revision, tokenProperty })
        : outgoing(ReauthenticationRequiredSchema, { ...owner, ...refusal, revision });
    await appendOutbox(this.#transaction, [message]);
  }
}

function outgoing<D extends DescMessage>(schema: D, message: MessageInitShape<D>): OutboxMessage {
  const subject = routeSubject(schema);
  const attributes = { type: subject, source: 'credential-wallet' };
  return { subject, payload: writeEvents(schema, attributes, [{ message }]) };
}
