import { flag, list, text, type Json } from '../json.ts';
import { instantOf, isZone, localTime } from './local-time.ts';
import { recurrenceRule, withoutDashes } from './recurrence-rule.ts';
import { ianaZone } from './windows-zones.ts';

/** Set by this plugin on a series: when those of its events were to begin that now lie outside the years that are brought. */
export const movedAwayAnnotation = '@madeopen.movedAway';

/** The zone that an event was planned in; undefined for one that Outlook keeps as rules of its own. */
export function zoneOf(raw: Json): string | undefined {
  return [
    text(raw, 'originalStartTimeZone'),
    text(raw, 'recurrence', 'range', 'recurrenceTimeZone'),
  ]
    .map(ianaZone)
    .find((zone) => zone !== undefined && isZone(zone));
}

/** Lines of RFC 5545, to be read in the zone of the event: when a series happens, and when it does not. */
export function recurrenceOf(raw: Json): string | undefined {
  const start = startOf(raw);
  const rule = recurrenceRule(raw['recurrence'], (date) => untilOf(date, start));
  if (rule === undefined) return undefined;
  return [rule, ...excluded(raw, start)].join('\n');
}

/** When each event of a series begins, by the clock of its zone; no time for those of a whole day. */
interface Start {
  readonly zone: string;
  readonly time: string | undefined;
}

function startOf(raw: Json): Start {
  const zone = zoneOf(raw) ?? 'UTC';
  const start = Date.parse(`${(text(raw, 'start', 'dateTime') ?? '').slice(0, 19)}Z`);
  const hasTime = flag(raw, 'isAllDay') !== true && !Number.isNaN(start);
  return { zone, time: hasTime ? localTime(new Date(start), zone).slice(9) : undefined };
}

/** With a time, RFC 5545 wants it in UTC; the last event of all begins then. */
function untilOf(date: string, { zone, time }: Start): string {
  return (time === undefined ? undefined : instantOf(date, time, zone)) ?? withoutDashes(date);
}

/** What was cancelled, and what was moved so far that nobody would find it. */
function excluded(raw: Json, { zone, time }: Start): string[] {
  const cancelled = list(raw, 'cancelledOccurrences').flatMap((id) => dateOf(id) ?? []);
  const moved = list(raw, movedAwayAnnotation).flatMap((original) => {
    const instant = new Date(String(original));
    if (Number.isNaN(instant.getTime())) return [];
    // A whole day begins at midnight of no zone in particular.
    return localTime(instant, time === undefined ? 'UTC' : zone).slice(0, 8);
  });
  const dates = [...new Set([...cancelled, ...moved])].toSorted();
  if (dates.length === 0) return [];
  if (time === undefined) return [`EXDATE;VALUE=DATE:${dates.join(',')}`];
  const isUtc = zone === 'UTC';
  const times = dates.map((date) => `${date}T${time}${isUtc ? 'Z' : ''}`).join(',');
  return [isUtc ? `EXDATE:${times}` : `EXDATE;TZID=${zone}:${times}`];
}

/** `OID.{id of the series}.{date}`; the date is that of the clock where the series was planned. */
function dateOf(occurrenceId: unknown): string | undefined {
  const match = /\.(\d{4})-(\d{2})-(\d{2})[^.]*$/u.exec(String(occurrenceId));
  return match === null ? undefined : match.slice(1).join('');
}
