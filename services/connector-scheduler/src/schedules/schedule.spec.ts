import { ConnectionState, ScheduleCatchUp, ScheduleOverlap } from '@made-open/contracts';
import { aChange, aSchedule, at, noon } from '../../test/builders.ts';
import { announcedSchedule, endedSchedule, isDue, isMissed, plannedSchedule } from './schedule.ts';

const wentWell = { result: 'synced' } as const;
const failedAt = (configRevision: number) => ({ result: 'failed', configRevision }) as const;
const when = { now: noon, random: () => 0.5 };

describe('announcedSchedule', () => {
  it('is due at once when the connection becomes active', () => {
    const due = { state: 'active', nextDueAt: noon, dueTrigger: 'start-up' };
    expect(announcedSchedule(undefined, aChange(), when)).toMatchObject(due);
    for (const state of ['inactive', 'deleted'] as const)
      expect(
        announcedSchedule(aSchedule({ state }), aChange({ generation: 2 }), when),
      ).toMatchObject(due);
  });

  it('stays due until a run is opened, whatever is announced meanwhile', () => {
    const due = announcedSchedule(undefined, aChange(), when);
    const change = aChange({ generation: 2, schedule: '0 9 * * *' });
    const later = { ...when, now: at('12:30:00') };
    expect(announcedSchedule(due, change, later)).toMatchObject({
      nextDueAt: noon,
      dueTrigger: 'start-up',
      cron: '0 9 * * *',
    });
  });

  it('ignores what is old or repeated', () => {
    const known = aSchedule({ generation: 5 });
    for (const generation of [4, 5])
      expect(announcedSchedule(known, aChange({ generation }), when)).toBeUndefined();
  });

  it('keeps its time when something else changed', () => {
    const change = aChange({ generation: 2, name: 'other' });
    expect(announcedSchedule(aSchedule(), change, when)?.nextDueAt).toEqual(at('13:00:00'));
  });

  it.each([
    ['expression', { schedule: '30 14 * * *' }, at('14:30:00')],
    ['time zone', { schedule: '', timeZone: 'Europe/Berlin' }, at('13:00:00')],
  ])('is planned anew when its %s changed', (_, change, nextDueAt) => {
    const known = aSchedule({ nextDueAt: at('20:00:00') });
    expect(announcedSchedule(known, aChange({ generation: 2, ...change }), when)).toMatchObject({
      nextDueAt,
      dueTrigger: 'schedule',
    });
  });

  it('is planned anew when its jitter changed', () => {
    const known = aSchedule({ cron: '0 15 * * *', nextDueAt: at('20:00:00') });
    const schedulePolicy = { jitterSeconds: 600 };
    const change = aChange({ generation: 2, schedule: '0 15 * * *', schedulePolicy });
    expect(announcedSchedule(known, change, when)?.nextDueAt).toEqual(at('15:05:00'));
  });

  it('leaves out and makes up for what its policy says, and without one skips and makes up for', () => {
    expect(announcedSchedule(undefined, aChange(), when)).toMatchObject({
      overlap: 'skip',
      catchUp: 'once',
      jitterSeconds: undefined,
    });
    const schedulePolicy = {
      overlap: ScheduleOverlap.QUEUE,
      catchUp: ScheduleCatchUp.NONE,
      jitterSeconds: 0,
    };
    expect(announcedSchedule(undefined, aChange({ schedulePolicy }), when)).toMatchObject({
      overlap: 'queue',
      catchUp: 'none',
      jitterSeconds: 0,
    });
  });

  it('takes over a budget of requests, and keeps what is left of it', () => {
    const bucket = { tokens: 1.5, at: at('11:59:00') };
    const budgetOf = (requestBudget: object | undefined) => {
      const change = aChange({ generation: 2, ...(requestBudget && { requestBudget }) });
      return announcedSchedule(aSchedule({ bucket }), change, when);
    };
    const budget = { requests: 5, perSeconds: 60 };
    expect(budgetOf(budget)).toMatchObject({ budget, bucket });
    expect(budgetOf(undefined)?.budget).toBeUndefined();
    expect(budgetOf({ requests: 5, perSeconds: 0 })?.budget).toBeUndefined();
  });

  it('goes on by its times when it is resumed and missed ones are left out, unless it never went well', () => {
    const schedulePolicy = { catchUp: ScheduleCatchUp.NONE };
    const change = aChange({ generation: 2, schedule: '30 * * * *', schedulePolicy });
    const paused = aSchedule({ state: 'inactive', nextDueAt: undefined });
    expect(announcedSchedule(paused, change, when)).toMatchObject({ dueTrigger: 'start-up' });
    const synced = { ...paused, lastSuccessAt: at('03:00:00') };
    expect(announcedSchedule(synced, change, when)).toMatchObject({
      nextDueAt: at('12:30:00'),
      dueTrigger: 'schedule',
    });
  });

  it('owes a run for as long as it is active, also one that a remap holds up where times are left out', () => {
    const owing = aSchedule({ overlap: 'queue', isOwed: true });
    const schedulePolicy = { overlap: ScheduleOverlap.QUEUE };
    const owes = (change: object) =>
      announcedSchedule(owing, aChange({ generation: 2, ...change }), when)?.isOwed;
    expect(owes({ schedulePolicy })).toBe(true);
    expect(owes({ schedulePolicy, schedule: '5 * * * *' })).toBe(true);
    expect(owes({})).toBe(true);
    expect(owes({ schedulePolicy, state: ConnectionState.PAUSED })).toBe(false);
  });

  it.each([
    ['paused', { state: ConnectionState.PAUSED }, 'inactive'],
    ['inactive', { state: ConnectionState.INACTIVE }, 'inactive'],
    ['of no state', { state: ConnectionState.UNSPECIFIED }, 'inactive'],
    ['a channel', { pluginType: 'channel' }, 'inactive'],
    ['an operator', { pluginType: 'operator', schedule: '0 * * * *' }, 'inactive'],
    [
      'a paused channel with a schedule',
      { state: ConnectionState.PAUSED, pluginType: 'channel', schedule: '0 * * * *' },
      'inactive',
    ],
    ['deleted', { state: ConnectionState.DELETED }, 'deleted'],
    ['a deleted channel', { state: ConnectionState.DELETED, pluginType: 'channel' }, 'deleted'],
  ])('is never due while it is %s', (_, change, state) => {
    const schedule = announcedSchedule(aSchedule(), aChange({ generation: 2, ...change }), when);
    expect(schedule).toMatchObject({ state, nextDueAt: undefined });
  });

  it('is due for a channel that says when, as for a connector', () => {
    const channel = aChange({ pluginType: 'channel', schedule: '0 * * * *' });
    expect(announcedSchedule(undefined, channel, when)).toMatchObject({
      state: 'active',
      nextDueAt: when.now,
      dueTrigger: 'start-up',
    });
  });

  it('ends for a channel whose plugin no longer says when', () => {
    const silent = aChange({ generation: 2, pluginType: 'channel' });
    expect(announcedSchedule(aSchedule(), silent, when)).toMatchObject({
      state: 'inactive',
      nextDueAt: undefined,
    });
  });

  it.each(['every day', '0 0 30 2 *'])('is not due by itself with "%s"', (cron) => {
    const change = aChange({ generation: 2, schedule: cron });
    expect(announcedSchedule(aSchedule(), change, when)?.nextDueAt).toBeUndefined();
  });
});

describe('isDue', () => {
  it('is so from its time on, while it is active', () => {
    expect(isDue(aSchedule({ nextDueAt: noon }), noon)).toBe(true);
    expect(isDue(aSchedule({ nextDueAt: at('12:00:01') }), noon)).toBe(false);
    expect(isDue(aSchedule({ nextDueAt: undefined }), noon)).toBe(false);
    expect(isDue(aSchedule({ nextDueAt: noon, state: 'inactive' }), noon)).toBe(false);
  });
});

describe('isMissed', () => {
  const late = { catchUp: 'none', nextDueAt: at('11:54:59') } as const;

  it('is so for a time that nobody kept, when those are left out', () => {
    expect(isMissed(aSchedule(late), noon)).toBe(true);
    expect(isMissed(aSchedule({ ...late, catchUp: 'once' }), noon)).toBe(false);
    expect(isMissed(aSchedule({ ...late, nextDueAt: at('11:55:00') }), noon)).toBe(false);
    expect(isMissed(aSchedule({ ...late, nextDueAt: undefined }), noon)).toBe(false);
  });

  it('never is for a connection that became active', () => {
    expect(isMissed(aSchedule({ ...late, dueTrigger: 'start-up' }), noon)).toBe(false);
  });
});

describe('endedSchedule', () => {
  it('remembers when a run went well last', () => {
    const before = aSchedule({ lastSuccessAt: at('01:00:00') });
    expect(endedSchedule(before, wentWell, noon)).toEqual({ ...before, lastSuccessAt: noon });
    expect(endedSchedule(before, { result: 'nothing' }, noon)).toEqual(before);
  });

  it('is due at once when it owes a run, however the one before ended', () => {
    const due = { nextDueAt: noon, isOwed: false, dueTrigger: 'schedule' };
    for (const run of [wentWell, failedAt(0)])
      expect(endedSchedule(aSchedule({ isOwed: true }), run, noon)).toMatchObject(due);
    const gone = aSchedule({ isOwed: true, state: 'deleted', nextDueAt: undefined });
    expect(endedSchedule(gone, { result: 'nothing' }, noon)).toEqual(gone);
  });
});

describe('a connection whose newest sync failed', () => {
  const failed = aSchedule({ configRevision: 3, failedRevision: 3 });
  const dueNow = { nextDueAt: noon, dueTrigger: 'change' };
  const told = (configRevision: number, change = {}) =>
    aChange({ generation: 2, configRevision, ...change });

  it('is due at once when its config has changed', () => {
    expect(announcedSchedule(failed, told(4), when)).toMatchObject(dueNow);
  });

  it('stays due until its run is opened, whatever is announced meanwhile', () => {
    const due = announcedSchedule(failed, told(4), when);
    const next = aChange({ generation: 3, configRevision: 4, schedule: '0 9 * * *' });
    expect(announcedSchedule(due, next, { ...when, now: at('12:30:00') })?.dueTrigger).toBe(
      'change',
    );
  });

  it.each([
    ['anything else changed', told(3, { name: 'other' })],
    ['its manager does not tell', told(0)],
  ])('keeps its time when %s', (_, change) => {
    const known = announcedSchedule(failed, change, when);
    expect(known).toMatchObject({ nextDueAt: failed.nextDueAt, configRevision: 3 });
  });

  it('is due when it is resumed with another config, though missed times are left out', () => {
    const policy = { catchUp: 'none', lastSuccessAt: at('01:00:00') } as const;
    const schedulePolicy = { catchUp: ScheduleCatchUp.NONE };
    const idle = { ...failed, ...policy, state: 'inactive' } as const;
    expect(announcedSchedule(idle, told(4, { schedulePolicy }), when)?.nextDueAt).toEqual(noon);
    const same = announcedSchedule(idle, told(3, { schedulePolicy }), when);
    expect(same?.nextDueAt).not.toEqual(noon);
  });

  it('is due at its end when the config changed under way, and not when it has gone well', () => {
    const changed = aSchedule({ configRevision: 4 });
    expect(endedSchedule(changed, failedAt(3), noon)).toMatchObject(dueNow);
    expect(endedSchedule(changed, failedAt(4), noon)).toMatchObject({
      nextDueAt: changed.nextDueAt,
      failedRevision: 4,
    });
    const well = endedSchedule({ ...changed, failedRevision: 3 }, wentWell, noon);
    expect(well).toMatchObject({ nextDueAt: changed.nextDueAt, failedRevision: undefined });
  });
});

describe('plannedSchedule', () => {
  it('goes on from now, whatever was missed', () => {
    const missed = aSchedule({
      cron: '*/10 * * * *',
      nextDueAt: at('03:00:00'),
      dueTrigger: 'start-up',
    });
    expect(plannedSchedule(missed, at('12:04:00'), () => 0.5)).toMatchObject({
      nextDueAt: at('12:10:00'),
      dueTrigger: 'schedule',
    });
  });
});
