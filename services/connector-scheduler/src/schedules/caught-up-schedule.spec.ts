import { aSchedule, at, noon } from '../../test/builders.ts';
import { caughtUpSchedule, type Schedule } from './schedule.ts';

describe('caughtUpSchedule', () => {
  const weekly: Partial<Schedule> = {
    cron: '0 9 * * 1',
    nextDueAt: new Date('2026-01-05T09:00:00Z'),
  };

  it.each<[string, Partial<Schedule>]>([
    ['an hourly one that last went well two hours ago', { lastSuccessAt: at('10:00:00') }],
    ['one that never went well', {}],
    [
      'a weekly one that missed a week',
      { ...weekly, lastSuccessAt: new Date('2025-12-22T09:05:00Z') },
    ],
    ['a daily one that missed today', { cron: '0 9 * * *', lastSuccessAt: at('08:00:00') }],
  ])('is due at once: %s', (_, change) => {
    expect(caughtUpSchedule(aSchedule(change), noon)).toMatchObject({
      nextDueAt: noon,
      dueTrigger: 'start-up',
    });
  });

  it.each<[string, Partial<Schedule>]>([
    ['an hourly one that went well half an hour ago', { lastSuccessAt: at('11:30:00') }],
    [
      'a weekly one that went well this week',
      { ...weekly, lastSuccessAt: new Date('2025-12-29T09:05:00Z') },
    ],
    [
      'a working-day one on a holiday',
      { cron: '0 9 * * 1-3', lastSuccessAt: new Date('2025-12-31T09:05:00Z') },
    ],
    ['one that is due anyway', { nextDueAt: at('11:00:00') }],
    ['one that is paused', { state: 'inactive', nextDueAt: undefined }],
    ['one that cannot be read', { cron: 'every day', nextDueAt: undefined }],
    [
      'one for a day that never comes',
      { cron: '0 0 30 2 *', nextDueAt: undefined, lastSuccessAt: at('00:00:00') },
    ],
  ])('is left as it is: %s', (_, change) => {
    expect(caughtUpSchedule(aSchedule(change), noon)).toBeUndefined();
  });
});
