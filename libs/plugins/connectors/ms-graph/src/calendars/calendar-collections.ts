import type { Collection } from '../account/collection.ts';
import { flag, text } from '../json.ts';
import { eventItems, type EventSource } from './event-items.ts';

/** Every calendar of the account, within a window. */
export async function calendarCollections(source: EventSource): Promise<Collection[]> {
  const { client, window } = source;
  const calendars = await client.all('/me/calendars?$select=name,isDefaultCalendar');
  return calendars.map((calendar) => {
    const id = text(calendar, 'id') ?? '';
    const path = `/me/calendars/${encodeURIComponent(id)}`;
    return {
      key: `calendar:${id}`,
      title: `calendar "${text(calendar, 'name') ?? ''}"`,
      first: `${path}/calendarView/delta?startDateTime=${window.start}&endDateTime=${window.end}`,
      pageSize: 50,
      // Among them are calendars of others and of holidays, not all of which can be followed.
      isOptional: flag(calendar, 'isDefaultCalendar') !== true,
      itemsOf: eventItems(source, path),
    };
  });
}
