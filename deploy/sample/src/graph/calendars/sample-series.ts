import type { GraphEntity } from '../changes/change-feed.ts';
import { outlookId } from '../mailbox/mailbox.ts';
import { at } from '../mailbox/people.ts';
import { owner, recipient, timeOf, type SampleYear } from '../mailbox/sample-facts.ts';
import { attendee, event, zoned } from './sample-event.ts';
import { occurrenceIdOf } from './series.ts';

/** Long enough to go on when the clocks are changed at the end of March. */
const occurrences = 20;
const firstDay = 4;
const movedWeek = 3;
const cancelledWeek = 14;
const zone = { windows: 'W. Europe Standard Time', iana: 'Europe/Berlin' } as const;
const weekdays = [
  'sunday',
  'monday',
  'tuesday',
  'wednesday',
  'thursday',
  'friday',
  'saturday',
] as const;
const nineOClock = 9 * 60;
const length = 15;

/** A weekly series as a calendar view has it, at nine by the clock of Berlin: one event was moved, and one cancelled. */
export function sampleSeries(sample: SampleYear): GraphEntity[] {
  const master = masterOf(sample);
  const events = Array.from({ length: occurrences }, (_, week) =>
    week === movedWeek ? moved(sample, master) : occurrence(sample, week, master.id),
  );
  return [master, ...events.filter((_, week) => week !== cancelledWeek)];
}

function masterOf(sample: SampleYear): GraphEntity {
  const startDate = dateOf(sample, 0);
  const content = 'What was done, what comes next.';
  return event('series/standup', sample, {
    type: 'seriesMaster',
    subject: 'Weekly stand-up',
    isAllDay: false,
    originalStartTimeZone: zone.windows,
    originalEndTimeZone: zone.windows,
    location: { displayName: 'Online' },
    bodyPreview: content,
    body: { contentType: 'text', content },
    ...timesOf(sample, 0),
    attendees: [attendee(1), attendee(2), attendee(3)],
    organizer: recipient({ name: owner.displayName, address: owner.mail }),
    recurrence: {
      pattern: {
        type: 'weekly',
        interval: 1,
        month: 0,
        dayOfMonth: 0,
        daysOfWeek: [at(weekdays, new Date(`${startDate}T00:00:00Z`).getUTCDay())],
        firstDayOfWeek: 'monday',
        index: 'first',
      },
      range: {
        type: 'numbered',
        startDate,
        endDate: '0001-01-01',
        recurrenceTimeZone: zone.windows,
        numberOfOccurrences: occurrences,
      },
    },
    cancelledOccurrences: [
      occurrenceIdOf(outlookId('series/standup'), dateOf(sample, cancelledWeek)),
    ],
  });
}

function occurrence(sample: SampleYear, week: number, seriesMasterId: string): GraphEntity {
  return {
    id: outlookId(`series/standup/${String(week)}`),
    seriesMasterId,
    occurrenceId: occurrenceIdOf(seriesMasterId, dateOf(sample, week)),
    type: 'occurrence',
    ...timesOf(sample, week),
  };
}

function moved(sample: SampleYear, master: GraphEntity): GraphEntity {
  const planned = occurrence(sample, movedWeek, master.id);
  const { cancelledOccurrences: _, ...common } = master;
  return {
    ...common,
    ...planned,
    type: 'exception',
    recurrence: null,
    subject: 'Weekly stand-up, an hour later',
    originalStart: timeOf(sample, dayOf(movedWeek), minutesOf(sample, movedWeek)),
    ...timesOf(sample, movedWeek, 60),
  };
}

function timesOf(sample: SampleYear, week: number, later = 0): { start: object; end: object } {
  const start = minutesOf(sample, week) + later;
  const day = dayOf(week);
  return { start: zoned(sample, day, start), end: zoned(sample, day, start + length) };
}

/** Nine by the clock of the zone, in minutes of a day of UTC. */
function minutesOf(sample: SampleYear, week: number): number {
  const noon = new Date(timeOf(sample, dayOf(week), 12 * 60));
  const clock = new Intl.DateTimeFormat('en-GB', { timeZone: zone.iana, hour: 'numeric' });
  return nineOClock - (Number(clock.format(noon)) - 12) * 60;
}

function dateOf(sample: SampleYear, week: number): string {
  return timeOf(sample, dayOf(week)).slice(0, 10);
}

function dayOf(week: number): number {
  return firstDay + week * 7;
}
