import { RunOutcome } from '@made-open/contracts';
import { eventually } from '@made-open/testing';
import { plugin } from './attack.ts';
import { RunnerFixture } from './runner.ts';

const bundle = plugin(
  `yield { type: 'person', externalId: 'a', data: { display_name: 'a' }, raw: {} };`,
);

describe('a runner that tries out a version', () => {
  let fixture: RunnerFixture;

  beforeAll(async () => {
    fixture = await RunnerFixture.start(bundle);
    await fixture.runner({ RUNNER_LANE: 'canary' });
  });
  afterAll(() => fixture?.stop());

  it('takes the runs of its version, drops what nobody wants, and takes none of all the others', async () => {
    fixture.scheduler.cancelled.add('run-left');
    const left = await fixture.sync('left', { canary: '0.9.0' });
    const stable = await fixture.sync('stable');
    const tried = await fixture.sync('tried', { canary: '1.0.0' });
    expect(await fixture.ended(tried)).toMatchObject({ outcome: RunOutcome.COMPLETED });
    expect(tried.frames[0]?.content).toMatchObject({ value: { pluginVersion: '1.0.0' } });
    // What nobody wants is done with; that of the active version waits for its own runner.
    await eventually(async () => {
      expect(await fixture.commands()).toBe(1);
    });
    expect([left.frames, stable.frames]).toEqual([[], []]);
    await fixture.runner();
    expect(await fixture.ended(stable)).toMatchObject({ outcome: RunOutcome.COMPLETED });
  });

  it('leaves a run of another version to its runner', async () => {
    const other = await fixture.sync('other', { canary: '1.1.0' });
    // It is there, and this runner has had it in its hand.
    await eventually(async () => expect(await fixture.returned()).toBe(1), { timeoutMs: 60_000 });
    expect(other.frames).toEqual([]);
    fixture.scheduler.cancelled.add('run-other');
    await eventually(async () => expect(await fixture.commands()).toBe(0), { timeoutMs: 60_000 });
    expect(other.frames).toEqual([]);
  });
});
