import { movedAwayAnnotation, recurrenceOf, zoneOf } from './series.ts';

const master = {
  id: 'm1',
  type: 'seriesMaster',
  isAllDay: false,
  originalStartTimeZone: 'W. Europe Standard Time',
  // Nine in Berlin, in winter.
  start: { dateTime: '2026-03-02T08:00:00.0000000', timeZone: 'UTC' },
  recurrence: {
    pattern: { type: 'weekly', interval: 1, daysOfWeek: ['monday'] },
    range: {
      type: 'endDate',
      startDate: '2026-03-02',
      endDate: '2026-04-27',
      recurrenceTimeZone: 'W. Europe Standard Time',
    },
  },
};

describe('recurrenceOf', () => {
  it('ends with the last event, in UTC, although the clocks are changed before', () => {
    expect(recurrenceOf(master)).toBe('RRULE:FREQ=WEEKLY;BYDAY=MO;UNTIL=20260427T070000Z');
  });

  it('leaves out what was cancelled, by the clock of the series on either side of the change', () => {
    const cancelledOccurrences = ['OID.m1.2026-04-13', 'OID.m1.2026-03-09', 'OID.m1'];
    expect(recurrenceOf({ ...master, cancelledOccurrences })).toBe(
      'RRULE:FREQ=WEEKLY;BYDAY=MO;UNTIL=20260427T070000Z\n' +
        'EXDATE;TZID=Europe/Berlin:20260309T090000,20260413T090000',
    );
  });

  it('leaves out what was moved out of the years that are brought', () => {
    const raw = { ...master, [movedAwayAnnotation]: ['2026-04-13T07:00:00Z', 'soon'] };
    expect(recurrenceOf(raw)).toContain('EXDATE;TZID=Europe/Berlin:20260413T090000');
  });

  it('has dates alone for whole days', () => {
    const raw = {
      ...master,
      isAllDay: true,
      start: { dateTime: '2026-03-02T00:00:00.0000000', timeZone: 'UTC' },
      cancelledOccurrences: ['OID.m1.2026-04-13'],
      [movedAwayAnnotation]: ['2026-03-30T00:00:00Z'],
    };
    expect(recurrenceOf(raw)).toBe(
      'RRULE:FREQ=WEEKLY;BYDAY=MO;UNTIL=20260427\nEXDATE;VALUE=DATE:20260330,20260413',
    );
  });

  it('goes by UTC where the zone is unknown', () => {
    const raw = {
      ...master,
      originalStartTimeZone: 'tzone://Microsoft/Custom',
      recurrence: { pattern: { type: 'daily' }, range: { type: 'noEnd' } },
      cancelledOccurrences: ['OID.m1.2026-04-13'],
    };
    expect(recurrenceOf(raw)).toBe('RRULE:FREQ=DAILY\nEXDATE:20260413T080000Z');
    expect(zoneOf(raw)).toBeUndefined();
  });

  it('takes the zone of the pattern where the event has one of its own rules', () => {
    expect(zoneOf({ ...master, originalStartTimeZone: 'tzone://Microsoft/Custom' })).toBe(
      'Europe/Berlin',
    );
  });

  it('says nothing of a single event', () => {
    expect(recurrenceOf({ recurrence: null })).toBeUndefined();
  });
});
