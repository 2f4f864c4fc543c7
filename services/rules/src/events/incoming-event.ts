import { toJson, type DescMessage } from '@bufbuild/protobuf';
import type { EventOf } from '@made-open/bus';

/** An event as rules and endpoints see it. */
export interface IncomingEvent {
  readonly id: string;
  /** Its subject: `data.PersonCreated`. */
  readonly type: string;
  readonly time: Date;
  readonly spaceId: string;
  /** Empty when it is about none. */
  readonly connectionId: string;
  /** Entity that it is about; empty when it is about none. */
  readonly entityId: string;
  /** Rules that led to it, the first one first. */
  readonly causedBy: readonly string[];
  /** With the names of the contracts. */
  readonly data: Readonly<Record<string, unknown>>;
}

/** An event of the bus. */
export function incomingEvent<D extends DescMessage>(
  schema: D,
  type: string,
  { id, time, message }: EventOf<D>,
): IncomingEvent {
  const data = toJson(schema, message, { useProtoFieldName: true });
  return eventOf({ id, type, time, data: recordOf(data) });
}

/** An event says where it belongs beside its fields, or in the entity, message or call that it is about. */
export function eventOf({
  id,
  type,
  time,
  data,
}: Pick<IncomingEvent, 'id' | 'type' | 'time' | 'data'>): IncomingEvent {
  const origin = {
    ...recordOf(data),
    ...recordOf(data['call']),
    ...(type.startsWith('communication.') ? recordOf(data['message']) : {}),
    ...recordOf(data['entity']),
  };
  const causedBy = origin['caused_by'];
  return {
    id,
    type,
    time,
    data,
    spaceId: textOf(origin['space_id']),
    connectionId: textOf(origin['connection_id']),
    entityId: textOf(recordOf(data['entity'])['entity_id']) || textOf(data['message_id']),
    causedBy: Array.isArray(causedBy) ? causedBy.filter((rule) => typeof rule === 'string') : [],
  };
}

/** What conditions and templates of a rule reach. */
export function factsOf({ id, type, time, data }: IncomingEvent): Record<string, unknown> {
  return { ...data, $id: id, $type: type, $time: time.toISOString() };
}

/** The event as CloudEvents has it. */
export function cloudEventOf({ id, type, time, data }: IncomingEvent): object {
  return { specversion: '1.0', id, source: '/rules', type, time: time.toISOString(), data };
}

export function recordOf(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? Object.fromEntries(Object.entries(value))
    : {};
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
