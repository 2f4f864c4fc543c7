import type { DescMessage, MessageInitShape } from '@bufbuild/protobuf';
import { writeEvents } from '@made-open/bus';
import { routeSubject } from '@made-open/contracts';
import type { PoolClient } from 'pg';

/** An event in the form in which it waits in the outbox. */
export interface OutgoingEvent {
  readonly subject: string;
  readonly payload: string;
}

/** Writes an event of this service. */
export function outgoing<D extends DescMessage>(
  schema: D,
  message: MessageInitShape<D>,
): OutgoingEvent {
  const subject = routeSubject(schema);
  const attributes = { type: subject, source: 'plugin-manager' };
  return { subject, payload: writeEvents(schema, attributes, [{ message }]) };
}

/** Stores events in the transaction of what they tell of. */
export async function store(client: PoolClient, events: readonly OutgoingEvent[]): Promise<void> {
  if (events.length === 0) return;
  await client.query(
    'insert into outbox (subject, payload) select * from unnest($1::text[], $2::text[])',
    [events.map(({ subject }) => subject), events.map(({ payload }) => payload)],
  );
}
