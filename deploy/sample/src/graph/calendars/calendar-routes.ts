import type { ChangeFeed, GraphEntity } from '../changes/change-feed.ts';
import { isWithin, windowOf } from '../changes/delta-page.ts';
import { noSuchItem, noSuchResource } from '../requests/graph-error.ts';
import { readQuery } from '../requests/graph-query.ts';
import {
  changesOf,
  created,
  isDelta,
  itemOf,
  listOf,
  oneOf,
  outlookShow,
  withBody,
  type GraphCall,
  type GraphReply,
} from '../requests/graph-call.ts';
import { exceptionsOf, onlyWhenSelected } from './series.ts';

const hidden = new Set<string>(onlyWhenSelected);

/** `/me/calendars…`, `/me/calendar…`, `/me/calendarView…` and `/me/events…`. */
export function answerCalendar(call: GraphCall): GraphReply {
  const { mailbox, segments } = call;
  const [first, ...rest] = segments;
  const show = outlookShow('calendar');
  switch (first?.toLowerCase()) {
    case 'calendars': {
      const [id, ...behind] = rest;
      if (id === undefined) return listOf(call, mailbox.calendars.all(), show);
      const calendar = mailbox.calendars.get(id);
      if (calendar === undefined) throw noSuchItem();
      if (behind.length === 0) return oneOf(call, calendar, show);
      return inCalendar(call, id, behind);
    }
    case 'calendar':
      if (rest.length === 0) return oneOf(call, mailbox.defaultCalendar, show);
      return inCalendar(call, mailbox.defaultCalendar.id, rest);
    default:
      return inCalendar(call, mailbox.defaultCalendar.id, segments);
  }
}

function inCalendar(
  call: GraphCall,
  calendarId: string,
  [collection, id, ...more]: readonly string[],
): GraphReply {
  const { mailbox } = call;
  const feed = mailbox.eventsOf(calendarId);
  if (more.length > 0) throw noSuchResource(more[0] ?? '');
  if (collection?.toLowerCase() === 'calendarview') return view(call, feed, id);
  if (collection?.toLowerCase() !== 'events') throw noSuchResource(collection ?? '');
  return events(call, feed, id);
}

function view(call: GraphCall, feed: ChangeFeed, id: string | undefined): GraphReply {
  const show = shower(call);
  if (isDelta(id)) return changesOf(call, feed, { kind: 'calendarView', show });
  if (id !== undefined) throw noSuchResource(id);
  const window = windowOf(call.parameters);
  const shown = feed.all().filter((event) => !isMaster(event) && isWithin(event, window));
  return listOf(call, shown, show);
}

function events(call: GraphCall, feed: ChangeFeed, id: string | undefined): GraphReply {
  const show = shower(call);
  if (id === undefined) {
    const defaults = { type: 'singleInstance', isCancelled: false, isAllDay: false };
    if (call.method === 'POST') return created(call, feed, defaults, show);
    return listOf(
      call,
      feed.all().filter((event) => event['seriesMasterId'] === undefined),
      show,
    );
  }
  // An event is found by its id whatever calendar it is in.
  const holder = call.mailbox.eventFeeds.find((other) => other.get(id) !== undefined) ?? feed;
  return call.method === 'GET' ? oneEvent(call, holder, id) : itemOf(call, holder, id, show);
}

/** What is said of an event when it is asked by itself: also what became of the events of a series. */
function oneEvent(call: GraphCall, feed: ChangeFeed, id: string): GraphReply {
  const event = feed.get(id);
  if (event === undefined) throw noSuchItem();
  const { select = [], expand } = readQuery(call.parameters, ['exceptionOccurrences']);
  const parameters = new URLSearchParams(call.parameters);
  parameters.delete('$expand');
  const show = shower(call);
  const reply = oneOf({ ...call, parameters }, event, show);
  const exceptions = exceptionsOf(feed, id).map((exception) => ({
    ...show(exception),
    occurrenceId: exception['occurrenceId'],
  }));
  return {
    ...reply,
    body: {
      ...reply.body,
      ...Object.fromEntries(
        onlyWhenSelected
          .filter((name) => select.includes(name))
          .map((name) => [name, event[name] ?? (name === 'occurrenceId' ? null : [])]),
      ),
      ...(expand.length > 0 ? { exceptionOccurrences: exceptions } : {}),
    },
  };
}

function isMaster(event: GraphEntity): boolean {
  return event['type'] === 'seriesMaster';
}

function shower({ preferences }: GraphCall): (entity: GraphEntity) => Record<string, unknown> {
  const show = outlookShow('event');
  return (entity) => {
    const shown = Object.entries(withBody(show(entity), preferences.wantsTextBodies));
    return Object.fromEntries(shown.filter(([name]) => !hidden.has(name)));
  };
}
