import type { GraphEntity } from '../changes/change-feed.ts';
import { outlookId } from '../mailbox/mailbox.ts';
import { personOf } from '../mailbox/people.ts';
import { firstChangeKey, recipient, timeOf, type SampleYear } from '../mailbox/sample-facts.ts';

/** What every event has. */
export function event(
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

export function attendee(index: number): object {
  const person = personOf(index);
  return {
    type: 'required',
    status: { response: 'accepted', time: '0001-01-01T00:00:00Z' },
    ...recipient(person),
  };
}

/** A time of UTC, as Outlook sends it. */
export function zoned(sample: SampleYear, days: number, minutes: number): object {
  return {
    dateTime: `${timeOf(sample, days, minutes).slice(0, 19)}.0000000`,
    timeZone: 'UTC',
  };
}
