import type { GraphEntity } from '../changes/change-feed.ts';
import { outlookId, type Mailbox } from '../mailbox/mailbox.ts';
import { at, personOf } from '../mailbox/people.ts';
import {
  firstChangeKey,
  owner,
  recipient,
  timeOf,
  type SampleYear,
} from '../mailbox/sample-facts.ts';

const subjects = [
  'Budget review',
  'Lunch with the Lyon team',
  'Interview: researcher',
  'Dentist',
  'Roadmap, second half',
  'Supplier visit',
  'Retrospective',
];
const rooms = ['Room Curie', 'Room Noether', 'Online', 'Café at the harbour', ''];
const calendarNames = ['Calendar', 'Family'] as const;
const singleCount = 40;
const occurrences = 12;

/** Two calendars: single events in both, all-day ones, and a weekly series with an exception. */
export function fillCalendars(mailbox: Mailbox, sample: SampleYear): void {
  for (const name of calendarNames) mailbox.addCalendar(calendar(name));
  for (let index = 0; index < singleCount; index++) {
    const name = index % 5 === 4 ? 'Family' : 'Calendar';
    mailbox.eventsOf(calendarId(name)).put(single(index, sample));
  }
  const feed = mailbox.eventsOf(calendarId('Calendar'));
  for (const each of series(sample)) feed.put(each);
}

export function calendarId(name: (typeof calendarNames)[number]): string {
  return outlookId(`calendar/${name}`);
}

function calendar(name: (typeof calendarNames)[number]): GraphEntity {
  const id = calendarId(name);
  return {
    id,
    name,
    color: 'auto',
    changeKey: firstChangeKey(id),
    isDefaultCalendar: name === 'Calendar',
    canEdit: true,
    canShare: true,
    owner: { name: owner.displayName, address: owner.mail },
  };
}

function single(index: number, sample: SampleYear): GraphEntity {
  const isAllDay = index % 8 === 7;
  const day = index * 9 - 60;
  const start = isAllDay ? 0 : 8 * 60 + (index % 9) * 60;
  const length = isAllDay ? 24 * 60 : 30 + (index % 3) * 30;
  const subject = at(subjects, index);
  return event(`event/${String(index)}`, sample, {
    type: 'singleInstance',
    subject,
    isAllDay,
    location: { displayName: at(rooms, index) },
    bodyPreview: `${subject} with ${personOf(index).name}.`,
    body: {
      contentType: 'text',
      content: `${subject} with ${personOf(index).name}.\nPlease bring the figures.`,
    },
    start: zoned(sample, day, start),
    end: zoned(sample, day, start + length),
    attendees: isAllDay ? [] : [attendee(index), attendee(index + 17)],
    organizer: recipient(
      index % 4 === 0 ? personOf(index) : { name: owner.displayName, address: owner.mail },
    ),
  });
}

/** The master, its occurrences as a calendar view has them, and one that was moved. */
function series(sample: SampleYear): GraphEntity[] {
  const day = 4;
  const first = timeOf(sample, day).slice(0, 10);
  const weekday = new Date(`${first}T00:00:00Z`).getUTCDay();
  const names = ['sunday', 'monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday'];
  const master = event('series/standup', sample, {
    type: 'seriesMaster',
    subject: 'Weekly stand-up',
    isAllDay: false,
    location: { displayName: 'Online' },
    bodyPreview: 'What was done, what comes next.',
    body: { contentType: 'text', content: 'What was done, what comes next.' },
    start: zoned(sample, day, 9 * 60),
    end: zoned(sample, day, 9 * 60 + 15),
    attendees: [attendee(1), attendee(2), attendee(3)],
    organizer: recipient({ name: owner.displayName, address: owner.mail }),
    recurrence: {
      pattern: {
        type: 'weekly',
        interval: 1,
        month: 0,
        dayOfMonth: 0,
        daysOfWeek: [names[weekday]],
        firstDayOfWeek: 'monday',
        index: 'first',
      },
      range: {
        type: 'numbered',
        startDate: first,
        endDate: '0001-01-01',
        recurrenceTimeZone: 'UTC',
        numberOfOccurrences: occurrences,
      },
    },
  });
  const each = Array.from({ length: occurrences }, (_, week) => {
    const id = outlookId(`series/standup/${String(week)}`);
    const start = zoned(sample, day + week * 7, 9 * 60);
    const end = zoned(sample, day + week * 7, 9 * 60 + 15);
    return week === 3
      ? { ...master, id, type: 'exception', ...moved(sample, day + week * 7, master.id) }
      : { id, seriesMasterId: master.id, type: 'occurrence', start, end };
  });
  return [master, ...each];
}

function moved(sample: SampleYear, day: number, seriesMasterId: string): object {
  return {
    seriesMasterId,
    recurrence: null,
    subject: 'Weekly stand-up, an hour later',
    originalStart: timeOf(sample, day, 9 * 60),
    start: zoned(sample, day, 10 * 60),
    end: zoned(sample, day, 10 * 60 + 15),
  };
}

function event(
  seed: string,
  sample: SampleYear,
  properties: Readonly<Record<string, unknown>>,
): GraphEntity {
  const id = outlookId(seed);
  const time = timeOf(sample, -200);
  return {
    createdDateTime: time,
    lastModifiedDateTime: time,
    changeKey: firstChangeKey(id),
    categories: [],
    originalStartTimeZone: 'UTC',
    originalEndTimeZone: 'UTC',
    iCalUId: `040000008200E00074C5B7101A82E008${id.slice(8, 40)}`,
    importance: 'normal',
    sensitivity: 'normal',
    showAs: 'busy',
    isCancelled: false,
    isOrganizer: true,
    isOnlineMeeting: false,
    hasAttachments: false,
    recurrence: null,
    webLink: `https://outlook.office365.com/owa/?itemid=${encodeURIComponent(id)}`,
    ...properties,
    id,
  };
}

function attendee(index: number): object {
  const person = personOf(index);
  return {
    type: 'required',
    status: { response: 'accepted', time: '0001-01-01T00:00:00Z' },
    ...recipient(person),
  };
}

function zoned(sample: SampleYear, days: number, minutes: number): object {
  return {
    dateTime: `${timeOf(sample, days, minutes).slice(0, 19)}.0000000`,
    timeZone: 'UTC',
  };
}
