import { mapRaw } from './map-raw.ts';
import { recurrenceRule } from './calendars/recurrence-rule.ts';
import { withShortBody } from './short-body.ts';

const someone = (name: string, address: string): object => ({ emailAddress: { name, address } });

describe('mapRaw', () => {
  it('makes a person of a contact, and leaves out what is empty', () => {
    const raw = {
      id: 'c1',
      displayName: 'Ada Lovelace',
      givenName: 'Ada',
      surname: 'Lovelace',
      emailAddresses: [{ name: 'Ada', address: 'ada@contoso.example' }, { address: null }],
      mobilePhone: '+44 1632 960-101',
      businessPhones: ['+44 (0)1632 960202', '01632 960303'],
      homePhones: [],
      companyName: 'Contoso',
      jobTitle: null,
      birthday: '1815-12-10T11:59:00Z',
      personalNotes: '',
      businessAddress: { street: '1 Harbour Street', city: 'Lyon', countryOrRegion: 'France' },
      homeAddress: {},
      lastModifiedDateTime: '2026-01-02T03:04:05Z',
    };
    expect(mapRaw(raw)).toEqual({
      type: 'person',
      externalId: 'c1',
      data: {
        display_name: 'Ada Lovelace',
        given_name: 'Ada',
        family_name: 'Lovelace',
        emails: ['ada@contoso.example'],
        phones: ['+441632960101', '+44 (0)1632 960202', '01632 960303'],
        organization: 'Contoso',
        birthday: '1815-12-10',
        updated_at: '2026-01-02T03:04:05Z',
        addresses: [{ label: 'work', street: '1 Harbour Street', city: 'Lyon', country: 'France' }],
      },
      raw,
    });
  });

  it('names a contact without a name by its address', () => {
    const { data } = mapRaw({ id: 'c1', emailAddresses: [{ address: 'ada@contoso.example' }] });
    expect(data).toMatchObject({ display_name: 'ada@contoso.example' });
  });

  it('makes a message of a mail', () => {
    const { type, data } = mapRaw({
      id: 'm1',
      subject: 'Hello',
      body: { contentType: 'text', content: 'Hello Ada' },
      from: someone('Alan', 'alan@contoso.example'),
      toRecipients: [someone('Ada', 'ada@contoso.example')],
      ccRecipients: [someone('Grace', 'grace@contoso.example')],
      bccRecipients: [],
      conversationId: 't1',
      sentDateTime: '2026-01-02T03:04:05Z',
      receivedDateTime: '2026-01-02T03:04:06Z',
      isRead: false,
      '@madeopen.direction': 'outbound',
    });
    expect([type, data]).toEqual([
      'message',
      {
        subject: 'Hello',
        body: 'Hello Ada',
        sender: 'alan@contoso.example',
        recipients: ['ada@contoso.example', 'grace@contoso.example'],
        thread_id: 't1',
        sent_at: '2026-01-02T03:04:05Z',
        channel_type: 'email',
        direction: 'outbound',
        participants: [
          { role: 'from', name: 'Alan', address: 'alan@contoso.example' },
          { role: 'to', name: 'Ada', address: 'ada@contoso.example' },
          { role: 'cc', name: 'Grace', address: 'grace@contoso.example' },
        ],
        is_read: false,
      },
    ]);
  });

  it('makes a calendar event of an event, its times in UTC', () => {
    const { type, data } = mapRaw({
      id: 'e1',
      subject: 'Review',
      body: { content: 'Bring the figures.' },
      location: { displayName: 'Room Curie' },
      start: { dateTime: '2026-01-02T09:00:00.0000000', timeZone: 'UTC' },
      end: { dateTime: '2026-01-02T10:00:00.0000000', timeZone: 'UTC' },
      originalStartTimeZone: 'Pacific Standard Time',
      isAllDay: false,
      isCancelled: true,
      organizer: someone('Ada', 'ada@contoso.example'),
      attendees: [someone('Alan', 'alan@contoso.example'), someone('Room', '')],
      recurrence: null,
    });
    expect([type, data]).toEqual([
      'calendar_event',
      {
        title: 'Review',
        description: 'Bring the figures.',
        location: 'Room Curie',
        starts_at: '2026-01-02T09:00:00.000Z',
        ends_at: '2026-01-02T10:00:00.000Z',
        time_zone: 'America/Los_Angeles',
        all_day: false,
        organizer: 'ada@contoso.example',
        attendees: ['alan@contoso.example', 'Room'],
        attendee_details: [
          { name: 'Alan', email: 'alan@contoso.example', status: 'needs_action' },
          { name: 'Room', status: 'needs_action' },
        ],
        status: 'cancelled',
      },
    ]);
  });

  it('makes a document of a file', () => {
    const user = { displayName: 'Ada Lovelace' };
    const { type, data } = mapRaw({
      id: 'f1',
      name: 'Plan.pdf',
      size: 1200,
      file: { mimeType: 'application/pdf' },
      webUrl: 'https://contoso.example/Plan.pdf',
      parentReference: { id: 'd1' },
      createdBy: { user },
      lastModifiedBy: { user },
      lastModifiedDateTime: '2026-01-02T03:04:05Z',
    });
    expect([type, data]).toEqual([
      'document',
      {
        title: 'Plan.pdf',
        mime_type: 'application/pdf',
        url: 'https://contoso.example/Plan.pdf',
        size_bytes: 1200,
        authors: ['Ada Lovelace'],
        updated_at: '2026-01-02T03:04:05Z',
        modified_by: 'Ada Lovelace',
        parent_id: 'd1',
      },
    ]);
  });

  it('goes by the type that Graph names, when it does', () => {
    expect(mapRaw({ id: 'e1', '@odata.type': '#microsoft.graph.event' }).type).toBe(
      'calendar_event',
    );
  });

  it.each([[null], ['text'], [{ id: 'x' }]])('refuses %j', (raw) => {
    expect(() => mapRaw(raw)).toThrow(TypeError);
  });
});

describe('recurrenceRule', () => {
  const weekly = {
    type: 'weekly',
    interval: 2,
    daysOfWeek: ['monday', 'friday'],
    firstDayOfWeek: 'sunday',
  };
  it.each([
    [{ type: 'daily', interval: 1 }, { type: 'noEnd' }, 'RRULE:FREQ=DAILY'],
    [
      weekly,
      { type: 'numbered', numberOfOccurrences: 5 },
      'RRULE:FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,FR;WKST=SU;COUNT=5',
    ],
    [
      { type: 'absoluteMonthly', dayOfMonth: 31 },
      { type: 'endDate', endDate: '2026-12-31' },
      'RRULE:FREQ=MONTHLY;BYMONTHDAY=31;UNTIL=20261231',
    ],
    [
      { type: 'relativeMonthly', daysOfWeek: ['tuesday'], index: 'last' },
      {},
      'RRULE:FREQ=MONTHLY;BYDAY=TU;BYSETPOS=-1',
    ],
    [
      { type: 'absoluteYearly', month: 2, dayOfMonth: 29 },
      {},
      'RRULE:FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29',
    ],
    [
      { type: 'relativeYearly', month: 11, daysOfWeek: ['thursday'], index: 'fourth' },
      {},
      'RRULE:FREQ=YEARLY;BYMONTH=11;BYDAY=TH;BYSETPOS=4',
    ],
  ])('writes %j %j', (pattern, range, rule) => {
    expect(recurrenceRule({ pattern, range })).toBe(rule);
  });

  it('says nothing of none', () => {
    expect(recurrenceRule(null)).toBeUndefined();
  });
});

describe('withShortBody', () => {
  it('leaves a usual body alone', () => {
    const raw = { body: { contentType: 'text', content: 'short' } };
    expect(withShortBody(raw)).toBe(raw);
  });

  it('cuts a long one, not inside a character, and says so', () => {
    const content = `${'x'.repeat(32_767)}😀 and more`;
    expect(withShortBody({ id: 'm1', body: { contentType: 'text', content } })).toEqual({
      id: 'm1',
      body: { contentType: 'text', content: 'x'.repeat(32_767) },
      '@madeopen.bodyCut': true,
    });
  });
});
