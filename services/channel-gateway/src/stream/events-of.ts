import type { LoggedEvent } from './event-log.ts';

const decoder = new TextDecoder('utf-8', { fatal: true });

/** The events of a CloudEvents batch that belong to a space; throws when it is none. */
export function eventsOf(batch: Uint8Array): LoggedEvent[] {
  const events: unknown = JSON.parse(decoder.decode(batch));
  if (!Array.isArray(events)) throw new TypeError('a CloudEvents batch is a JSON array');
  return events.map(eventOf);
}

const nothing = { entity: undefined, message: undefined, call: undefined };

function eventOf(event: unknown): LoggedEvent {
  const { type, data } = { type: undefined, data: undefined, ...objectOf(event) };
  const { entity, message, call } = { ...nothing, ...objectOf(data) };
  // An event about an entity says its space there, one of something that was sent in its state, any other one by itself.
  const origin =
    [entity, data, message, call]
      .map(objectOf)
      .find((candidate) => textOf(candidate, 'space_id') !== '') ?? {};
  return {
    spaceId: textOf(origin, 'space_id'),
    connectionId: textOf(origin, 'connection_id'),
    type: typeof type === 'string' && /^[\w.-]{1,200}$/u.test(type) ? type : '',
    json: JSON.stringify(event),
  };
}

function textOf(value: object, name: string): string {
  const text: unknown = Reflect.get(value, name);
  return typeof text === 'string' ? text : '';
}

function objectOf(value: unknown): object {
  return typeof value === 'object' && value !== null ? value : {};
}
