import { isRecurrence, nextDue, planNext } from './next-due.ts';

const at = (text: string): Date => new Date(text);

/** The next times of an expression, in UTC. */
function times(cron: string, timeZone: string, from: string, count: number): string[] {
  const found: string[] = [];
  for (let last = at(from); found.length < count;) {
    const next = nextDue({ cron, timeZone }, last);
    if (next === undefined) return found;
    found.push(next.toISOString().slice(5, 16));
    last = next;
  }
  return found;
}

describe('nextDue', () => {
  it('is an hour later without an expression', () => {
    expect(nextDue({ cron: '', timeZone: '' }, at('2026-01-01T00:00:00Z'))).toEqual(
      at('2026-01-01T01:00:00Z'),
    );
  });

  it('follows the expression in its time zone, in UTC without one', () => {
    expect(times('0 9 * * *', 'Europe/Berlin', '2026-01-01T00:00:00Z', 1)).toEqual(['01-01T08:00']);
    expect(times('0 9 * * *', 'Europe/Berlin', '2026-07-01T00:00:00Z', 1)).toEqual(['07-01T07:00']);
    expect(times('0 9 * * *', '', '2026-07-01T00:00:00Z', 1)).toEqual(['07-01T09:00']);
    expect(times('30 4 * * 1-5', 'Asia/Kolkata', '2026-01-02T00:00:00Z', 1)).toEqual([
      '01-04T23:00',
    ]);
  });

  it('never comes on a day that never comes', () => {
    expect(
      nextDue({ cron: '0 0 30 2 *', timeZone: '' }, at('2026-01-01T00:00:00Z')),
    ).toBeUndefined();
  });

  describe('when the clock goes forward', () => {
    it.each([
      ['30 2 * * *', 'Europe/Berlin', '2026-03-28T12:00:00Z', ['03-29T01:00', '03-30T00:30']],
      ['0 2 * * *', 'Europe/Berlin', '2026-03-28T12:00:00Z', ['03-29T01:00', '03-30T00:00']],
      ['0 0 * * *', 'America/Havana', '2026-03-07T12:00:00Z', ['03-08T05:00', '03-09T04:00']],
      ['15 2 * * *', 'Australia/Lord_Howe', '2026-10-03T00:00:00Z', ['10-03T15:30', '10-04T15:15']],
    ])(
      'a skipped %s in %s comes once, when the skipped time is over',
      (cron, zone, from, expected) => {
        expect(times(cron, zone, from, 2)).toEqual(expected);
      },
    );

    it('hourly ones go on hourly', () => {
      expect(times('0 * * * *', 'Europe/Berlin', '2026-03-28T23:30:00Z', 3)).toEqual([
        '03-29T00:00',
        '03-29T01:00',
        '03-29T02:00',
      ]);
    });
  });

  describe('when the clock goes back', () => {
    it.each([
      ['30 2 * * *', 'Europe/Berlin', '2026-10-24T12:00:00Z', ['10-25T00:30', '10-26T01:30']],
      ['30 1 * * *', 'America/New_York', '2026-10-31T12:00:00Z', ['11-01T05:30', '11-02T06:30']],
    ])('a doubled %s in %s comes once, at the first', (cron, zone, from, expected) => {
      expect(times(cron, zone, from, 2)).toEqual(expected);
    });

    it('ones for every half hour come in both hours', () => {
      expect(times('*/30 * * * *', 'Europe/Berlin', '2026-10-24T23:50:00Z', 5)).toEqual([
        '10-25T00:00',
        '10-25T00:30',
        '10-25T01:00',
        '10-25T01:30',
        '10-25T02:00',
      ]);
    });
  });
});

describe('planNext', () => {
  const now = at('2026-01-01T00:00:00Z');
  const minutes = (random: number): number =>
    delay({ cron: '', jitterSeconds: undefined }, random) / 60_000;
  const delay = (of: { cron: string; jitterSeconds: number | undefined }, random: number): number =>
    (planNext({ timeZone: '', ...of }, now, () => random)?.getTime() ?? 0) - now.getTime();

  it('moves an hourly one by up to a tenth', () => {
    expect([minutes(0), minutes(0.5), minutes(1)]).toEqual([54, 60, 66]);
  });

  it('leaves an expression as it is', () => {
    expect(delay({ cron: '5 * * * *', jitterSeconds: undefined }, 1)).toBe(5 * 60_000);
  });

  it('moves to later, and as far as it is told', () => {
    const seconds = (cron: string, jitterSeconds: number, random: number): number =>
      delay({ cron, jitterSeconds }, random) / 1000;
    expect(seconds('5 * * * *', 60, 0)).toBe(300);
    expect(seconds('5 * * * *', 60, 0.5)).toBe(330);
    expect(seconds('', 600, 0)).toBe(3600);
    expect(seconds('', 600, 1)).toBe(4200);
    expect(seconds('', 0, 1)).toBe(3600);
  });

  it('moves none beyond half of the way to the following one, which would be lost', () => {
    expect(delay({ cron: '*/10 * * * *', jitterSeconds: 3600 }, 1)).toBe(15 * 60_000);
  });

  it('is never for a day that never comes', () => {
    const never = { cron: '0 0 30 2 *', timeZone: '', jitterSeconds: 60 };
    expect(planNext(never, now, () => 1)).toBeUndefined();
  });
});

describe('isRecurrence', () => {
  it.each([
    ['', '', true],
    ['0 9 * * 1-5', 'Europe/Berlin', true],
    ['0 0 30 2 *', '', true],
    ['every day', '', false],
    ['61 * * * *', '', false],
    ['0 9 * * *', 'Mars/Olympus', false],
  ])('"%s" in "%s": %s', (cron, timeZone, expected) => {
    expect(isRecurrence({ cron, timeZone })).toBe(expected);
  });
});
