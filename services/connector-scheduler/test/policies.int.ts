import {
  pluginToken,
  RunOutcome,
  RunState,
  ScheduleCatchUp,
  ScheduleOverlap,
  SchedulerService,
} from '@made-open/contracts';
import { eventually } from '@made-open/testing';
import { pluginId } from './builders.ts';
import { SchedulerFixture } from './scheduler-fixture.ts';

describe('schedules with a policy, two replicas', () => {
  let fixture: SchedulerFixture;

  beforeAll(async () => {
    fixture = await SchedulerFixture.start();
  });
  afterAll(() => fixture?.stop());

  const scheduleOf = (id: string): Promise<Record<string, unknown>[]> =>
    fixture.query(
      `select cron, is_owed, next_due_at > now() as is_planned, extract(minute from next_due_at)::int as minute
       from connector_scheduler.schedule where connection_id = $1`,
      [id],
    );

  it('one run follows a run for all times that came under way, when they are queued', async () => {
    const id = fixture.newId();
    const schedule = '0 0 1 1 *';
    await fixture.announce(id, { schedule, schedulePolicy: { overlap: ScheduleOverlap.QUEUE } });
    const first = await fixture.command(id, 1);
    await fixture.record(first, 'begin');
    await fixture.runIs(first.runId, { state: RunState.RUNNING });
    for (let time = 0; time < 3; time++) {
      await fixture.makeDue('schedule', [id]);
      await eventually(async () =>
        expect(await scheduleOf(id)).toMatchObject([{ is_owed: true, is_planned: true }]),
      );
    }
    expect(fixture.commandsOf(id)).toHaveLength(1);
    await fixture.record(first, RunOutcome.COMPLETED);
    const second = await fixture.command(id, 2);
    expect(second).toMatchObject({ trigger: 'schedule' });
    expect(second.runId).not.toBe(first.runId);
    await fixture.record(second, RunOutcome.COMPLETED);
    await fixture.runIs(second.runId, { state: RunState.COMPLETED });
    expect(await scheduleOf(id)).toMatchObject([{ is_owed: false, is_planned: true }]);
    expect(fixture.commandsOf(id)).toHaveLength(2);
  });

  it('what was missed is left out when it is not to be made up for', async () => {
    const id = fixture.newId();
    const schedulePolicy = { catchUp: ScheduleCatchUp.NONE };
    await fixture.announce(id, { schedule: '0 0 1 1 *', schedulePolicy });
    const first = await fixture.command(id, 1);
    await fixture.record(first, RunOutcome.COMPLETED);
    await fixture.runIs(first.runId, { state: RunState.COMPLETED });
    await fixture.query(
      `update connector_scheduler.schedule set next_due_at = now() - interval '1 day',
       last_success_at = now() - interval '3 years' where connection_id = $1`,
      [id],
    );
    await eventually(async () =>
      expect(await scheduleOf(id)).toMatchObject([{ is_planned: true }]),
    );
    await fixture.makeDue('schedule', [id]);
    await fixture.command(id, 2);
    expect(fixture.commandsOf(id)).toHaveLength(2);
  });

  it('a budget of requests is shared by all who ask, whichever replica answers, and outlives a run', async () => {
    const id = fixture.newId();
    const take = (connectionId: string) =>
      fixture.runner.call(
        SchedulerService.method.takeRequests,
        { connectionId, wanted: 1 },
        { parameters: { plugin: pluginToken(pluginId) } },
      );
    // Of a hundred a tenth may go at once, and the next one after a quarter of an hour.
    await fixture.announce(id, { requestBudget: { requests: 100, perSeconds: 86_400 } });
    const first = await fixture.command(id, 1);
    expect(first).toMatchObject({ hasRequestBudget: true });
    const taken = await Promise.all(Array.from({ length: 6 }, () => take(id)));
    expect(taken.every(({ granted }) => granted === 1)).toBe(true);
    await fixture.record(first, RunOutcome.COMPLETED);
    await fixture.runIs(first.runId, { state: RunState.COMPLETED });
    const more = await Promise.all(Array.from({ length: 6 }, () => take(id)));
    expect(more.filter(({ granted }) => granted === 1)).toHaveLength(4);
    expect(more.every(({ granted, waitMs }) => granted === 1 || waitMs > 0)).toBe(true);

    const other = fixture.newId();
    await fixture.announce(other, { pluginId: 'com.example.b' });
    await eventually(async () => expect(await scheduleOf(other)).toHaveLength(1));
    await expect(take(other)).rejects.toMatchObject({
      code: 'scheduler.foreign_connection.forbidden',
    });
    const free = fixture.newId();
    await fixture.announce(free);
    expect(await fixture.command(free, 1)).toMatchObject({ hasRequestBudget: false });
    expect(await take(free)).toMatchObject({ granted: 1, waitMs: 0 });
  });

  it('of many changes of a schedule only the newest is kept, in whatever order they come', async () => {
    const id = fixture.newId();
    const generations = [3, 1, 9, 7, 2, 8, 5, 4, 6];
    await Promise.all(
      generations.map((generation) =>
        fixture.announce(id, { generation, schedule: `${String(generation)} 0 1 1 *` }),
      ),
    );
    const first = await fixture.command(id, 1);
    await fixture.record(first, RunOutcome.COMPLETED);
    await fixture.runIs(first.runId, { state: RunState.COMPLETED });
    await eventually(async () =>
      expect(await scheduleOf(id)).toMatchObject([{ cron: '9 0 1 1 *', minute: 9 }]),
    );
    expect((await fixture.list(id)).runs).toHaveLength(1);
  });
});
