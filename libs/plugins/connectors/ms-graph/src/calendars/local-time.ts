const clocks = new Map<string, Intl.DateTimeFormat | undefined>();

/** Whether this is the name of a time zone whose clock is known. */
export function isZone(name: string): boolean {
  return clockOf(name) !== undefined;
}

/** What the clock of a zone shows at an instant: `20260413T090000`. */
export function localTime(instant: Date, zone: string): string {
  return basic(new Date(shownAt(instant.getTime(), zone)));
}

/** The instant at which the clock of a zone shows this (`2026-04-13`, `090000`): `20260413T070000Z`. */
export function instantOf(date: string, time: string, zone: string): string | undefined {
  const clock = Date.parse(`${date}T${time.slice(0, 2)}:${time.slice(2, 4)}:${time.slice(4, 6)}Z`);
  if (Number.isNaN(clock)) return undefined;
  const near = clock - (shownAt(clock, zone) - clock);
  // The clock may have been changed between the two.
  const instant = clock - (shownAt(near, zone) - near);
  return `${basic(new Date(instant))}Z`;
}

function basic(time: Date): string {
  return time.toISOString().slice(0, 19).replaceAll(/[-:]/gu, '');
}

/** The time that a clock shows, as if it were one of UTC. */
function shownAt(instant: number, zone: string): number {
  const parts = clockOf(zone)?.formatToParts(instant) ?? [];
  const shown = (name: Intl.DateTimeFormatPartTypes): number =>
    Number(parts.find(({ type }) => type === name)?.value);
  return Date.UTC(
    shown('year'),
    shown('month') - 1,
    shown('day'),
    shown('hour'),
    shown('minute'),
    shown('second'),
  );
}

function clockOf(zone: string): Intl.DateTimeFormat | undefined {
  if (!clocks.has(zone)) clocks.set(zone, makeClock(zone));
  return clocks.get(zone);
}

function makeClock(timeZone: string): Intl.DateTimeFormat | undefined {
  try {
    return new Intl.DateTimeFormat('en-US', {
      timeZone,
      hourCycle: 'h23',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
    });
  } catch {
    return undefined;
  }
}
