import type { ConnectorDataItem } from '@made-open/plugin-sdk';
import { addressOf } from '../address-of.ts';
import { flag, list, text, told, type Json } from '../json.ts';
import { recurrenceOf, zoneOf } from './series.ts';

/** An event: a single one, the master of a series, or one of a series that was changed. */
export function mapEvent(raw: Json): ConnectorDataItem {
  return {
    type: 'calendar_event',
    externalId: String(raw['id']),
    data: told({
      title: text(raw, 'subject'),
      description: text(raw, 'body', 'content') ?? text(raw, 'bodyPreview'),
      location: text(raw, 'location', 'displayName'),
      starts_at: timeOf(raw, 'start'),
      ends_at: timeOf(raw, 'end'),
      time_zone: zoneOf(raw),
      all_day: flag(raw, 'isAllDay'),
      organizer: addressOf(raw['organizer']),
      attendees: list(raw, 'attendees')
        .map(addressOf)
        .filter((address) => address !== undefined),
      recurrence: recurrenceOf(raw),
      updated_at: text(raw, 'lastModifiedDateTime'),
      attendee_details: list(raw, 'attendees').map(attendee),
      series_id: text(raw, 'seriesMasterId'),
      original_starts_at: text(raw, 'originalStart'),
      status: statusOf(raw),
      conference_url: text(raw, 'onlineMeeting', 'joinUrl') ?? text(raw, 'onlineMeetingUrl'),
      url: text(raw, 'webLink'),
      categories: list(raw, 'categories'),
    }),
    raw,
  };
}

/** A local time and its zone; asked for in UTC, it only lacks the Z. Seven digits of a second are no more than three here. */
function timeOf(raw: Json, name: string): string | undefined {
  const time = text(raw, name, 'dateTime');
  if (time === undefined) return undefined;
  const zone = text(raw, name, 'timeZone') ?? 'UTC';
  // Left as it is, a time of another zone goes to quarantine instead of being an hour off.
  return zone === 'UTC' ? `${time.replace(/(\.\d{3})\d+$/u, '$1')}Z` : `${time} ${zone}`;
}

const answers: Readonly<Record<string, string>> = {
  organizer: 'accepted',
  accepted: 'accepted',
  declined: 'declined',
  tentativelyAccepted: 'tentative',
};

function attendee(entry: unknown): object {
  return told({
    name: text(entry, 'emailAddress', 'name'),
    email: text(entry, 'emailAddress', 'address'),
    status: answers[text(entry, 'status', 'response') ?? ''] ?? 'needs_action',
    is_optional: text(entry, 'type') === 'optional' ? true : undefined,
  });
}

function statusOf(raw: Json): string {
  if (flag(raw, 'isCancelled') === true) return 'cancelled';
  return text(raw, 'responseStatus', 'response') === 'tentativelyAccepted'
    ? 'tentative'
    : 'confirmed';
}
