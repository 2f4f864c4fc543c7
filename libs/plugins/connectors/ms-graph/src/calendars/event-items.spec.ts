import { Account, failed, root } from '../../test/account.ts';

const view = '/me/calendars/c1/calendarView/delta';
const ofSeries = '/me/calendars/c1/events/m1';
const start = { dateTime: '2026-01-05T09:00:00.0000000', timeZone: 'UTC' };
const end = { dateTime: '2026-01-05T10:00:00.0000000', timeZone: 'UTC' };
const recurrence = { pattern: { type: 'daily' }, range: { type: 'noEnd' } };
const master = { id: 'm1', type: 'seriesMaster', start, end, recurrence };
const occurrence = (id: string): object => ({
  id,
  type: 'occurrence',
  seriesMasterId: 'm1',
  start,
  end,
});
const exception = (id: string, more: object = {}): object => ({
  id,
  type: 'exception',
  seriesMasterId: 'm1',
  originalStart: '2026-01-06T09:00:00Z',
  start,
  end,
  ...more,
});

describe('events of a series', () => {
  let account: Account;
  let round: number;
  beforeEach(() => {
    account = new Account();
    account.config['sync'] = ['calendar'];
    account.on('/me/calendars', {
      value: [{ id: 'c1', name: 'Calendar', isDefaultCalendar: true }],
    });
    round = 0;
  });

  /** A sync that meets these rows. */
  const meet = async (...value: object[]): Promise<string[]> => {
    account.records.length = 0;
    const path = round === 0 ? view : `${view}?$deltatoken=${String(round)}`;
    round++;
    account.on(path, { value, '@odata.deltaLink': `${root}${view}?$deltatoken=${String(round)}` });
    await account.sync();
    return account.records.filter((record) => record !== 'saved');
  };
  const recurrenceOf = (id: string): unknown =>
    account.items.findLast(({ externalId }) => externalId === id)?.data['recurrence'];

  it('brings a series, and by themselves those that differ, with when they were to begin', async () => {
    account.on(ofSeries, { id: 'm1', cancelledOccurrences: ['OID.m1.2026-01-08'] });
    expect(await meet(master, occurrence('o1'), exception('x1'))).toEqual([
      'calendar_event m1',
      'calendar_event x1',
    ]);
    expect(recurrenceOf('m1')).toBe('RRULE:FREQ=DAILY\nEXDATE:20260108T090000Z');
    expect(account.items.at(-1)?.data).toMatchObject({
      series_id: 'm1',
      original_starts_at: '2026-01-06T09:00:00Z',
    });
    expect(account.asked).toContain(
      `${ofSeries}?$select=exceptionOccurrences,cancelledOccurrences&$expand=exceptionOccurrences`,
    );
  });

  it('removes an exception that was cancelled, although only its series is told to have changed', async () => {
    account.on(ofSeries, { id: 'm1', exceptionOccurrences: [exception('x1'), exception('x2')] });
    await meet(master, exception('x1'), exception('x2'));
    account.on(ofSeries, {
      id: 'm1',
      exceptionOccurrences: [exception('x2')],
      cancelledOccurrences: ['OID.m1.2026-01-06'],
    });
    expect(await meet(master, exception('x2'))).toEqual([
      'calendar_event m1',
      'gone calendar_event x1',
      'calendar_event x2',
    ]);
    expect(recurrenceOf('m1')).toContain('EXDATE:20260106T090000Z');
    // Once is enough.
    expect(await meet(master)).toEqual(['calendar_event m1']);
  });

  it('removes an exception that is like the others again', async () => {
    await meet(exception('x1'));
    expect(await meet(occurrence('x1'), occurrence('o1'))).toEqual(['gone calendar_event x1']);
  });

  it('removes the exceptions of a series that is gone', async () => {
    await meet(master, exception('x1'));
    expect(await meet({ id: 'm1', '@removed': { reason: 'deleted' } })).toEqual([
      'gone calendar_event m1',
      'gone calendar_event x1',
    ]);
  });

  it('leaves out of a series what was moved out of the years that are brought', async () => {
    const later = new Date().getUTCFullYear() + 3;
    const far = {
      start: { dateTime: `${String(later)}-01-05T09:00:00.0000000`, timeZone: 'UTC' },
      end: { dateTime: `${String(later)}-01-05T10:00:00.0000000`, timeZone: 'UTC' },
    };
    account.on(ofSeries, { id: 'm1', exceptionOccurrences: [exception('x1', far)] });
    await meet(master);
    expect(recurrenceOf('m1')).toContain('EXDATE:20260106T090000Z');
  });

  it('asks without the exceptions when they are too many for one answer', async () => {
    const tooLarge = Object.assign(new Error('too large'), { code: 'egress.response_too_large' });
    account.on(ofSeries, (path) => {
      if (path.includes('$expand')) throw tooLarge;
      return { id: 'm1', cancelledOccurrences: ['OID.m1.2026-01-08'] };
    });
    await meet(master, exception('x1'));
    expect(recurrenceOf('m1')).toContain('EXDATE:20260108T090000Z');
    expect(account.asked.at(-1)).toBe(`${ofSeries}?$select=cancelledOccurrences`);
  });

  it('brings a series as it is from a server that does not tell what was cancelled, and says so', async () => {
    account.on(ofSeries, failed(400, 'RequestBroker--ParseUri'));
    expect(await meet(master)).toEqual(['calendar_event m1']);
    expect(recurrenceOf('m1')).toBe('RRULE:FREQ=DAILY');
    expect(account.warnings).toEqual(['what was cancelled of a series cannot be read']);
  });

  it('forgets the series that changed longest ago rather than overflow the checkpoint', async () => {
    const long = (name: string): string => name.padEnd(20_000, '-');
    for (const name of ['a', 'b', 'c', 'd'])
      await meet({ ...exception(long(name)), seriesMasterId: name });
    const { series } = account.saved as { series: [string, string[]][] };
    expect(series.map(([id]) => id)).toEqual(['c', 'd']);
  });
});
