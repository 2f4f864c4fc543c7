import type { DescMessage, MessageInitShape } from '@bufbuild/protobuf';
import { writeEvents } from '@made-open/bus';
import { routeSubject } from '@made-open/contracts';
import type { OutboxMessage } from '@made-open/postgres';

/** An event of the gateway, for its outbox. */
export function outboxEvent<D extends DescMessage>(
  schema: D,
  message: MessageInitShape<D>,
  time: Date,
): OutboxMessage {
  const subject = routeSubject(schema);
  const attributes = { type: subject, source: 'channel-gateway' };
  return { subject, payload: writeEvents(schema, attributes, [{ message, time }]) };
}
