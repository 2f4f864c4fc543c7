import type { GraphEntity } from '../changes/change-feed.ts';
import { outlookId, type Mailbox } from '../mailbox/mailbox.ts';
import { at, personOf } from '../mailbox/people.ts';
import { firstChangeKey, owner, recipient, type SampleYear } from '../mailbox/sample-facts.ts';
import { attendee, event, zoned } from './sample-event.ts';
import { sampleSeries } from './sample-series.ts';

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

/** Two calendars: single events in both, all-day ones, and a weekly series. */
export function fillCalendars(mailbox: Mailbox, sample: SampleYear): void {
  for (const name of calendarNames) mailbox.addCalendar(calendar(name));
  for (let index = 0; index < singleCount; index++) {
    const name = index % 5 === 4 ? 'Family' : 'Calendar';
    mailbox.eventsOf(calendarId(name)).put(single(index, sample));
  }
  const feed = mailbox.eventsOf(calendarId('Calendar'));
  for (const each of sampleSeries(sample)) feed.put(each);
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
