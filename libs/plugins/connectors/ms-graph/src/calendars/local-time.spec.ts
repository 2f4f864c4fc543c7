import { instantOf, isZone, localTime } from './local-time.ts';

describe('local time', () => {
  it.each([
    ['2026-03-29T00:59:59Z', 'Europe/Berlin', '20260329T015959'],
    ['2026-03-29T01:00:00Z', 'Europe/Berlin', '20260329T030000'],
    ['2026-01-01T00:00:00Z', 'America/New_York', '20251231T190000'],
    ['2026-07-01T00:00:00Z', 'Asia/Kolkata', '20260701T053000'],
    ['2026-01-01T00:00:00Z', 'UTC', '20260101T000000'],
  ])('is at %s in %s %s', (instant, zone, local) => {
    expect(localTime(new Date(instant), zone)).toBe(local);
  });

  it.each([
    ['2026-03-28', '090000', 'Europe/Berlin', '20260328T080000Z'],
    ['2026-03-29', '090000', 'Europe/Berlin', '20260329T070000Z'],
    ['2026-10-25', '090000', 'Europe/Berlin', '20261025T080000Z'],
    ['2026-12-31', '190000', 'America/New_York', '20270101T000000Z'],
    ['2026-04-05', '013000', 'Pacific/Auckland', '20260404T123000Z'],
  ])('of %s %s in %s is the instant %s', (date, time, zone, instant) => {
    expect(instantOf(date, time, zone)).toBe(instant);
  });

  it('is of zones that are known', () => {
    expect([isZone('Europe/Berlin'), isZone('tzone://Microsoft/Custom')]).toEqual([true, false]);
    expect(instantOf('', '090000', 'UTC')).toBeUndefined();
  });
});
