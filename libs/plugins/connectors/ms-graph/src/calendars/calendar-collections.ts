import type { CalendarWindow } from './calendar-window.ts';
import { outlookItems, type Collection } from '../account/collection.ts';
import type { GraphClient } from '../account/graph-client.ts';
import { flag, text } from '../json.ts';
import { withShortBody } from '../short-body.ts';

const wholeEvent = outlookItems({
  type: 'calendar_event',
  resource: 'event',
  mark: 'start',
  path: '/me/events',
  prepare: withShortBody,
});

/** Every calendar of the account, within a window. */
export async function calendarCollections(
  client: GraphClient,
  { start, end }: CalendarWindow,
): Promise<Collection[]> {
  const calendars = await client.all('/me/calendars?$select=name,isDefaultCalendar');
  return calendars.map((calendar) => {
    const id = text(calendar, 'id') ?? '';
    const path = `/me/calendars/${encodeURIComponent(id)}/calendarView/delta`;
    return {
      key: `calendar:${id}`,
      title: `calendar "${text(calendar, 'name') ?? ''}"`,
      first: `${path}?startDateTime=${start}&endDateTime=${end}`,
      pageSize: 50,
      // Among them are calendars of others and of holidays, not all of which can be followed.
      isOptional: flag(calendar, 'isDefaultCalendar') !== true,
      // The master of a series stands for its occurrences.
      itemOf: async (row, asked) =>
        text(row, 'type') === 'occurrence' ? undefined : wholeEvent(row, asked),
    };
  });
}
