import type { DescMessage, MessageInitShape } from '@bufbuild/protobuf';
import { writeEvents } from '@made-open/bus';
import { routeSubject } from '@made-open/contracts';
import type { OutboxMessage } from '@made-open/postgres';

/** An event of this service, in the form in which it waits in the outbox. */
export function outgoing<D extends DescMessage>(
  schema: D,
  message: MessageInitShape<D>,
): OutboxMessage {
  const subject = routeSubject(schema);
  const attributes = { type: subject, source: 'plugin-manager' };
  return { subject, payload: writeEvents(schema, attributes, [{ message }]) };
}
