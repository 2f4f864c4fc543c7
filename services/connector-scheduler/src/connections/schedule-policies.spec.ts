import {
  ConnectionState,
  RunOutcome,
  ScheduleCatchUp,
  ScheduleOverlap,
} from '@made-open/contracts';
import { TurnedScheduler } from '../../test/turned-scheduler.ts';
import { catchUp } from './catch-up.ts';

describe('a connection with a policy', () => {
  it('makes one run of all times that came while another was under way, when they are queued', async () => {
    const scheduler = new TurnedScheduler();
    await scheduler.announce({ schedulePolicy: { overlap: ScheduleOverlap.QUEUE } });
    await scheduler.tick();
    await scheduler.record('begin');
    for (let hour = 0; hour < 3; hour++) await scheduler.pass(60);
    expect(scheduler.runs).toHaveLength(1);
    await scheduler.pass(20);
    await scheduler.record(RunOutcome.COMPLETED, { epoch: scheduler.run.epoch });
    await scheduler.tick();
    expect(scheduler.runs).toHaveLength(2);
    expect(scheduler.run.trigger).toBe('schedule');
    await scheduler.record(RunOutcome.COMPLETED);
    await scheduler.pass(39);
    expect(scheduler.runs).toHaveLength(2);
    await scheduler.pass(1);
    expect(scheduler.runs).toHaveLength(3);
  });

  it('owes nothing for a time that came when its run had ended, nor after it is deleted', async () => {
    const scheduler = new TurnedScheduler();
    const schedulePolicy = { overlap: ScheduleOverlap.QUEUE };
    await scheduler.announce({ schedulePolicy });
    await scheduler.tick();
    await scheduler.record(RunOutcome.COMPLETED);
    await scheduler.tick();
    expect(scheduler.runs).toHaveLength(1);
    await scheduler.pass(60);
    await scheduler.pass(60);
    expect(scheduler.store.schedules.get('c1')?.isOwed).toBe(true);
    await scheduler.announce({ generation: 2, schedulePolicy, state: ConnectionState.DELETED });
    await scheduler.pass(60);
    expect(scheduler.runs).toHaveLength(2);
    expect(scheduler.store.schedules.get('c1')).toMatchObject({ state: 'deleted', isOwed: false });
  });

  it('leaves out what was missed when it is not to be made up for', async () => {
    const scheduler = new TurnedScheduler();
    await scheduler.announce({ schedulePolicy: { catchUp: ScheduleCatchUp.NONE } });
    await scheduler.tick();
    await scheduler.record(RunOutcome.COMPLETED);
    await scheduler.pass(3 * 60 + 20);
    await catchUp(scheduler.store);
    await scheduler.tick();
    expect(scheduler.runs).toHaveLength(1);
    await scheduler.pass(40);
    expect(scheduler.runs).toHaveLength(2);
    expect(scheduler.run.trigger).toBe('schedule');
  });
});
