import { RunOutcome } from '@made-open/contracts';
import { eventually } from '@made-open/testing';
import { bundle, expectInOrder, idsOfPage, idsOfPages } from './paged-plugin.ts';
import { RunnerFixture } from './runner.ts';

describe('runs whose runner ends before they do', () => {
  let fixture: RunnerFixture;
  let gate: PromiseWithResolvers<void>;
  let isWaiting = false;

  beforeEach(async () => {
    fixture = await RunnerFixture.start(bundle);
    fixture.wallet.config = { mode: 'pages', apiKey: 'key-of-the-source' };
    gate = Promise.withResolvers();
    isWaiting = false;
    fixture.source.answer = async (path) => {
      const page = Number(path.split('/').at(-1));
      if (page >= 3) {
        isWaiting = true;
        await gate.promise;
      }
      return { body: page < 5 ? idsOfPage(page) : [] };
    };
  });
  afterEach(async () => {
    gate.resolve();
    await fixture.stop();
  });

  const reachesItsMiddle = (): Promise<void> =>
    eventually(
      () => {
        if (!isWaiting) throw new Error('the run has not reached its middle');
      },
      { timeoutMs: 60_000 },
    );

  it('go on in another runner after kill -9, nothing lost or doubled', async () => {
    const first = fixture.runnerProcess();
    const committed = await fixture.sync('killed');
    await reachesItsMiddle();
    await eventually(() => expect(committed.ids).toEqual(idsOfPages(3)));
    first.kill('SIGKILL');
    gate.resolve();
    fixture.runnerProcess();
    const end = await fixture.ended(committed, 1, 60_000);
    expect(end).toMatchObject({ outcome: RunOutcome.COMPLETED, fullPass: true });
    expect(committed.ids).toEqual(idsOfPages(5));
    expect(committed.places).toContain('1/2/0');
    expectInOrder(committed.places);
  });

  it('are given back by a runner that is told to end, and go on in the next without using up an attempt', async () => {
    const first = fixture.runnerProcess();
    const gone = new Promise((resolve) => first.once('exit', (code) => resolve(code)));
    const answers: string[] = [];
    const acknowledged = await fixture.platform.administrator();
    acknowledged.subscribe('$JS.ACK.RUNS.>', {
      callback: (_error, message) => void answers.push(message.string()),
    });
    const committed = await fixture.sync('drained');
    await reachesItsMiddle();
    first.kill('SIGTERM');
    expect(await gone).toBe(0);
    expect(committed.ends).toMatchObject([{ outcome: RunOutcome.INTERRUPTED, retryAfterMs: 0 }]);
    // The command is done with: the scheduler sends another.
    await eventually(() => expect(answers.filter((answer) => answer !== '+WPI')).toEqual(['+ACK']));
    gate.resolve();
    fixture.runnerProcess();
    await fixture.sync('drained');
    const end = await fixture.ended(committed, 2, 60_000);
    expect(end).toMatchObject({ outcome: RunOutcome.COMPLETED, fullPass: true });
    expect(committed.ids).toEqual(idsOfPages(5));
    expect(committed.places.at(-1)).toMatch(/^2\/1\//u);
  });

  it('are handed back as they came when etl takes nothing', async () => {
    const runner = await fixture.runner();
    const committed = await fixture.sync('held');
    await reachesItsMiddle();
    await eventually(() => expect(committed.ids).toEqual(idsOfPages(3)));
    const opened = Promise.withResolvers<void>();
    fixture.etl.gate = opened.promise;
    await runner.stop();
    opened.resolve();
    gate.resolve();
    await fixture.runner();
    await eventually(() => expect(committed.places).toContain('1/2/0'), { timeoutMs: 60_000 });
    await eventually(
      () => expect(committed.ends.at(-1)).toMatchObject({ outcome: RunOutcome.COMPLETED }),
      { timeoutMs: 60_000 },
    );
    expect(new Set(committed.ids)).toEqual(new Set(idsOfPages(5)));
  });
});

describe('runs that are cancelled', () => {
  let fixture: RunnerFixture;

  beforeAll(async () => {
    fixture = await RunnerFixture.start(bundle, { HEARTBEAT_MS: '100' });
    fixture.wallet.config = { mode: 'pages', apiKey: 'key-of-the-source' };
  });
  afterAll(() => fixture?.stop());

  it('end in the middle, and are not begun where they still wait', async () => {
    const asked = Promise.withResolvers<void>();
    const released = Promise.withResolvers<void>();
    fixture.source.answer = async () => {
      asked.resolve();
      await released.promise;
      return { body: [] };
    };
    await fixture.runner();
    const committed = await fixture.sync('cancelled');
    await asked.promise;
    fixture.scheduler.cancelled.add('run-cancelled').add('run-waiting');
    const waiting = await fixture.sync('waiting');
    // Nothing is left of either command.
    await eventually(async () =>
      expect(await fixture.queue()).toMatchObject({ num_pending: 0, num_ack_pending: 0 }),
    );
    released.resolve();
    const next = await fixture.sync('next');
    expect(await fixture.ended(next)).toMatchObject({ outcome: RunOutcome.COMPLETED });
    expect(committed.ends).toEqual([]);
    expect(waiting.frames).toEqual([]);
  });
});

describe('runs that another runner has taken over', () => {
  let fixture: RunnerFixture;

  beforeAll(async () => {
    fixture = await RunnerFixture.start(bundle, { HEARTBEAT_MS: '100' });
    fixture.wallet.config = { mode: 'pages', apiKey: 'key-of-the-source' };
  });
  afterAll(() => fixture?.stop());

  it('are left, and their command is not acknowledged', async () => {
    const asked = Promise.withResolvers<void>();
    fixture.source.answer = async () => {
      asked.resolve();
      return new Promise(() => undefined);
    };
    const runner = await fixture.runner();
    const committed = await fixture.sync('taken');
    await asked.promise;
    fixture.scheduler.attempts.set('run-taken', 2);
    await eventually(() => expect(fixture.source.left).toHaveLength(1));
    await runner.stop();
    expect(committed.ends).toEqual([]);
    expect(await fixture.queue()).toMatchObject({ num_pending: 0, num_ack_pending: 1 });
  });
});
