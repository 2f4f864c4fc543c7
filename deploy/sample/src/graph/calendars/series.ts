import type { ChangeFeed, GraphEntity } from '../changes/change-feed.ts';

type Properties = Readonly<Record<string, unknown>>;

/** Properties that only a GET of one event shows, and only to who selects them. */
export const onlyWhenSelected = ['occurrenceId', 'cancelledOccurrences'] as const;

/** Names an event of a series by the day on which it was to begin, where the series was planned. */
export function occurrenceIdOf(seriesMasterId: string, date: string): string {
  return `OID.${seriesMasterId}.${date}`;
}

/** The series that an event belongs to; undefined for a single event, and for the series itself. */
export function masterOf(feed: ChangeFeed, event: GraphEntity): GraphEntity | undefined {
  return feed.get(String(event['seriesMasterId']));
}

export function eventsOf(feed: ChangeFeed, masterId: string): GraphEntity[] {
  return feed.all().filter((event) => event['seriesMasterId'] === masterId);
}

export function exceptionsOf(feed: ChangeFeed, masterId: string): GraphEntity[] {
  return eventsOf(feed, masterId).filter((event) => event['type'] === 'exception');
}

/** An occurrence has little of its own until it is changed: then it is an exception with all that its series has. */
export function exceptionOf(occurrence: GraphEntity, master: GraphEntity): GraphEntity {
  const { cancelledOccurrences: _, ...common } = master;
  return {
    ...common,
    ...occurrence,
    type: 'exception',
    recurrence: null,
    originalStart: startOf(occurrence),
  };
}

/** What a series becomes when one of its events is cancelled. */
export function withoutOccurrence(master: GraphEntity, cancelled: GraphEntity): Properties {
  const before = master['cancelledOccurrences'];
  return {
    cancelledOccurrences: [...(Array.isArray(before) ? before : []), cancelled['occurrenceId']],
  };
}

function startOf({ start }: GraphEntity): string {
  const time =
    typeof start === 'object' && start !== null && 'dateTime' in start ? start.dateTime : '';
  return `${String(time).slice(0, 19)}Z`;
}
