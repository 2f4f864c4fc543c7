import { field, list, text } from '../json.ts';

const frequencies: Readonly<Record<string, string>> = {
  daily: 'DAILY',
  weekly: 'WEEKLY',
  absoluteMonthly: 'MONTHLY',
  relativeMonthly: 'MONTHLY',
  absoluteYearly: 'YEARLY',
  relativeYearly: 'YEARLY',
};
const places: Readonly<Record<string, number>> = {
  first: 1,
  second: 2,
  third: 3,
  fourth: 4,
  last: -1,
};

/**
 * Graph's patternedRecurrence as an RRULE of RFC 5545; undefined for none, or for a pattern that is not documented.
 * `until` writes the last date of a series in the form that its start has.
 */
export function recurrenceRule(
  recurrence: unknown,
  until: (lastDate: string) => string = withoutDashes,
): string | undefined {
  const pattern = field(recurrence, 'pattern');
  const type = text(pattern, 'type') ?? '';
  const frequency = frequencies[type];
  if (frequency === undefined) return undefined;
  const interval = numberOf(pattern, 'interval') ?? 1;
  return [
    `RRULE:FREQ=${frequency}`,
    ...(interval > 1 ? [`INTERVAL=${String(interval)}`] : []),
    ...whichDays(type, pattern),
    ...(type === 'weekly' ? weekStart(pattern) : []),
    ...endOf(field(recurrence, 'range'), until),
  ].join(';');
}

function whichDays(type: string, pattern: unknown): string[] {
  const month = type.endsWith('Yearly')
    ? [`BYMONTH=${String(numberOf(pattern, 'month') ?? 1)}`]
    : [];
  if (type.startsWith('absolute'))
    return [...month, `BYMONTHDAY=${String(numberOf(pattern, 'dayOfMonth') ?? 1)}`];
  const days = list(pattern, 'daysOfWeek').map((day) => String(day).slice(0, 2).toUpperCase());
  if (days.length === 0) return month;
  if (type === 'weekly') return [`BYDAY=${days.join(',')}`];
  const place = places[text(pattern, 'index') ?? 'first'] ?? 1;
  return [...month, `BYDAY=${days.join(',')}`, `BYSETPOS=${String(place)}`];
}

function weekStart(pattern: unknown): string[] {
  const first = text(pattern, 'firstDayOfWeek');
  return first === undefined ? [] : [`WKST=${first.slice(0, 2).toUpperCase()}`];
}

/** `2026-12-31` as RFC 5545 writes it. */
export function withoutDashes(date: string): string {
  return date.replaceAll('-', '');
}

function endOf(range: unknown, until: (lastDate: string) => string): string[] {
  switch (text(range, 'type')) {
    case 'numbered':
      return [`COUNT=${String(numberOf(range, 'numberOfOccurrences') ?? 1)}`];
    case 'endDate':
      return [`UNTIL=${until(text(range, 'endDate') ?? '')}`];
    default:
      return [];
  }
}

function numberOf(value: unknown, name: string): number | undefined {
  const found = field(value, name);
  return typeof found === 'number' && found !== 0 ? found : undefined;
}
