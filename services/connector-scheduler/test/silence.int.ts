import { RunState } from '@made-open/contracts';
import { eventually } from '@made-open/testing';
import { SchedulerFixture } from './scheduler-fixture.ts';

describe('a run that is not heard of', () => {
  let fixture: SchedulerFixture;

  beforeAll(async () => {
    fixture = await SchedulerFixture.start();
  });
  afterAll(() => fixture?.stop());

  it('is left alone while it goes on at etl', async () => {
    const { id, first } = await fixture.connected();
    await fixture.record(first, 'begin');
    await fixture.runIs(first.runId, { state: RunState.RUNNING });
    const { runId, epoch } = first;
    fixture.progress.set(id, { runId, epoch, attempt: 1, frame: 40 });
    await fixture.makeDue('run', [id]);
    const frames = () =>
      fixture.query(`select frame from connector_scheduler.run where id = '${runId}'`);
    await eventually(async () => expect(await frames()).toEqual([{ frame: '40' }]));
    await fixture.runIs(runId, { state: RunState.RUNNING, epoch });
    expect(fixture.commandsOf(id)).toHaveLength(1);
    // Nothing more came since.
    await fixture.makeDue('run', [id]);
    expect(await fixture.command(id, 2)).toMatchObject({ runId });
  });

  it('is sent again, and given up in the end', async () => {
    const { id, first } = await fixture.connected();
    await fixture.record(first, 'begin');
    await fixture.runIs(first.runId, { state: RunState.RUNNING });
    for (let number = 2; number <= 4; number++) {
      await fixture.makeDue('run', [id]);
      const again = await fixture.command(id, number);
      expect(again).toMatchObject({ runId: first.runId, slice: 1 });
    }
    await fixture.makeDue('run', [id]);
    await fixture.runIs(first.runId, { state: RunState.FAILED, error: { code: 'run.not_taken' } });
    expect(fixture.commandsOf(id)).toHaveLength(4);
  });
});
