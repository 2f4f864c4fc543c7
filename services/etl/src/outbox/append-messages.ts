import type { OutboxMessage } from '@made-open/postgres';
import { textArray } from '../database/binary-writer.ts';
import type { Session, Statement } from '../database/session.ts';

const append: Statement = {
  name: 'append_outbox',
  text: 'insert into outbox (subject, payload) select * from unnest($1::text[], $2::text[])',
};

/** Writes messages into the outbox; as binary, since the driver would escape every quote of large JSON texts. */
export async function appendMessages(
  session: Session,
  messages: readonly OutboxMessage[],
): Promise<void> {
  if (messages.length === 0) return;
  await session.run(append, [
    textArray(messages.map(({ subject }) => subject)),
    textArray(messages.map(({ payload }) => payload)),
  ]);
}
