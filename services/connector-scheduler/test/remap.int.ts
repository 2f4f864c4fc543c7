import { RunKind, RunOutcome, RunRemapSchema, RunState } from '@made-open/contracts';
import { eventually } from '@made-open/testing';
import { SchedulerFixture } from './scheduler-fixture.ts';

const conflict = { code: 'scheduler.other_run.conflict' };

describe('remaps over NATS', () => {
  let fixture: SchedulerFixture;

  beforeAll(async () => {
    fixture = await SchedulerFixture.start();
  });
  afterAll(() => fixture?.stop());

  it('sends a remap that is asked for, and no sync of the connection beside it', async () => {
    const id = fixture.newId();
    await fixture.announce(id);
    const first = await fixture.command(id, 1);
    expect(first).toMatchObject({ kind: RunKind.SYNC });
    await expect(fixture.request(id, RunKind.REMAP)).rejects.toMatchObject(conflict);
    await fixture.record(first, RunOutcome.COMPLETED);
    await fixture.runIs(first.runId, { state: RunState.COMPLETED });
    const { run } = await fixture.request(id, RunKind.REMAP);
    expect(run).toMatchObject({ kind: RunKind.REMAP, trigger: 'manual' });
    const remap = await fixture.command(id, 2);
    expect(remap).toMatchObject({ $typeName: RunRemapSchema.typeName, runId: run?.runId });
    await expect(fixture.request(id)).rejects.toMatchObject(conflict);
    expect((await fixture.list(id)).runs.map(({ kind }) => kind)).toEqual([
      RunKind.REMAP,
      RunKind.SYNC,
    ]);
    await fixture.record(remap, 'begin');
    await fixture.runIs(remap.runId, { state: RunState.RUNNING });
    await fixture.cancel(remap.runId);
    await eventually(async () =>
      expect((await fixture.news(id)).slice(2)).toEqual(['RemapStarted', 'RemapCancelled']),
    );
    expect((await fixture.request(id)).run).toMatchObject({ kind: RunKind.SYNC });
  });
});
