import type { Session } from '../database/session.ts';
import type { EventMessage } from './event-batches.ts';

/** Writes messages into the outbox, by COPY: as parameters their large texts would be copied several times. */
export async function appendMessages(
  session: Session,
  messages: readonly EventMessage[],
): Promise<void> {
  if (messages.length === 0) return;
  await session.copy('copy outbox (subject, payload) from stdin (format binary)', (writer) => {
    for (const { subject, payload } of messages) {
      writer.int16(2);
      writer.textField(subject);
      writer.bytesField(payload);
    }
  });
}
