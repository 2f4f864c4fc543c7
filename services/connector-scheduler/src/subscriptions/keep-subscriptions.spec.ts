import { create } from '@bufbuild/protobuf';
import { ConnectionState, InvocationResultSchema, RunOutcome } from '@made-open/contracts';
import { publicUrl, TurnedScheduler } from '../../test/turned-scheduler.ts';
import { TurnedSource } from '../../test/turned-source.ts';
import { hintSync } from './hint-sync.ts';
import { readdressSubscriptions } from './keep-subscriptions.ts';
import { subscriptionMessage } from './subscription.ts';

const webhooksJson = JSON.stringify([
  { name: 'changes', verify: 'microsoft-graph', secret: 'clientState', subscription: {} },
  { name: 'plain', verify: 'github', secret: 'key' },
]);

describe('the subscriptions of a connection', () => {
  let scheduler: TurnedScheduler;
  let source: TurnedSource;
  let generation: number;
  beforeEach(() => {
    scheduler = new TurnedScheduler();
    source = new TurnedSource(scheduler);
    generation = 0;
  });

  const announce = async (change: object = {}): Promise<void> => {
    await scheduler.announce({ webhooksJson, generation: ++generation, ...change });
    await scheduler.tick();
  };
  const subscribed = async (): Promise<void> => {
    await announce();
    await source.work();
  };
  const listed = async () => (await scheduler.store.subscriptions('c1')).map(subscriptionMessage);
  const state = async () => (await listed()).map((subscription) => subscription.state).join();
  const news = () =>
    scheduler.published.filter((subject) => subject.startsWith('connector.Subscription'));
  const passing = async (minutes: number, each: () => void | Promise<void>): Promise<void> => {
    const step = minutes > 60 ? 20 : 5;
    for (let minute = 0; minute < minutes; minute += step) {
      await scheduler.pass(step);
      await each();
    }
  };

  it('are made once the connection is active, at the public address', async () => {
    await announce();
    expect(await state()).toBe('pending');
    await source.work();
    expect(source.alive.map(({ url }) => url)).toEqual([`${publicUrl}/webhooks/c1/changes`]);
    expect(await listed()).toMatchObject([
      { webhook: 'changes', state: 'active', expiresAt: '2026-01-04T12:00:00.000Z', tries: 0 },
    ]);
  });

  it('are renewed for a month of three days each: no gap, never two, and seldom', async () => {
    await subscribed();
    let gaps = 0;
    let doubles = 0;
    await passing(30 * 24 * 60, async () => {
      if (source.alive.length === 0) gaps++;
      if (source.alive.length > 1) doubles++;
      await source.work();
    });
    expect({ gaps, doubles, made: source.made.length }).toEqual({ gaps: 0, doubles: 0, made: 1 });
    expect(source.asked.length).toBeGreaterThan(30 / 3);
    expect(source.asked.length).toBeLessThan(30);
    expect(news()).toEqual([]);
  });

  it('have no gap while runners are away or the source refuses for half a day', async () => {
    await subscribed();
    const faults = ['lost', 'refused', undefined] as const;
    let hours = 0;
    let gaps = 0;
    await passing(15 * 24 * 60, async () => {
      hours += 1 / 3;
      source.fault = faults[Math.floor(hours / 12) % faults.length];
      await source.work();
      if (source.alive.length !== 1) gaps++;
    });
    expect(gaps).toBe(0);
    expect(source.made).toHaveLength(1);
  });

  it('are asked for by one call at a time, with the same id in every try', async () => {
    source.fault = 'lost';
    await announce();
    await scheduler.pass(1);
    await announce({ name: 'another name' });
    await source.work();
    expect(source.asked).toHaveLength(1);
    await passing(10, () => source.work());
    const [first, second] = source.asked;
    expect(second).toMatchObject({ invocationId: first?.invocationId, try: 2 });
    expect(source.made).toHaveLength(1);
  });

  it('say that they failed when nothing helps, and that they are restored, once each', async () => {
    await subscribed();
    source.fault = 'refused';
    await passing(3 * 24 * 60, () => source.work());
    expect(source.alive).toEqual([]);
    expect(await listed()).toMatchObject([
      { state: 'failed', errorCode: 'http.status', errorMessage: 'HTTP 503' },
    ]);
    expect(news()).toEqual(['connector.SubscriptionFailed']);
    source.fault = undefined;
    await passing(30, () => source.work());
    expect(await state()).toBe('active');
    expect(news()).toEqual(['connector.SubscriptionFailed', 'connector.SubscriptionRestored']);
  });

  it('leave alone what trying again does not change, until the connection changes', async () => {
    source.fault = 'forever';
    await subscribed();
    expect(await state()).toBe('failed');
    await passing(60, () => source.work());
    expect(source.asked).toHaveLength(1);
    source.fault = undefined;
    await subscribed();
    expect(await state()).toBe('active');
  });

  it('take a result only once, and none of a call that is over', async () => {
    await announce();
    source.fault = 'lost';
    await source.work();
    const { invocationId = '' } = source.asked[0] ?? {};
    const told = { invocationId, connectionId: 'c1', try: 1 };
    const late = create(InvocationResultSchema, { ...told, error: { code: 'x', message: 'x' } });
    const good = create(InvocationResultSchema, { ...told, resultJson: '{"id":"s1"}' });
    await passing(5, () => source.work());
    await source.record(late);
    expect(await listed()).toMatchObject([{ errorCode: 'subscription.no_result', tries: 1 }]);
    await source.record(good);
    await source.record(late);
    expect(await listed()).toMatchObject([{ state: 'active', expiresAt: '', errorCode: '' }]);
  });

  it.each([
    '',
    '[]',
    '{"id":""}',
    '{"id":"s","expiresAt":"soon"}',
    '{"id":"s","expiresAt":"2020-01-01T00:00:00Z"}',
  ])('refuse what a plugin returned as %s', async (resultJson) => {
    await announce();
    source.fault = 'lost';
    await source.work();
    const { invocationId = '' } = source.asked[0] ?? {};
    const told = { invocationId, connectionId: 'c1', try: 1, resultJson };
    await source.record(create(InvocationResultSchema, told));
    expect(await listed()).toMatchObject([
      { state: 'failed', errorCode: 'subscription.invalid_result' },
    ]);
  });

  it('stay and are renewed while the connection is paused, but none is made', async () => {
    await announce({ state: ConnectionState.PAUSED });
    await source.work();
    expect(source.asked).toEqual([]);
    await subscribed();
    await announce({ state: ConnectionState.PAUSED });
    await passing(4 * 24 * 60, () => source.work());
    expect(source.alive).toHaveLength(1);
  });

  it('are let alone while nothing can be done for the connection', async () => {
    await subscribed();
    await announce({ state: ConnectionState.INACTIVE });
    await passing(4 * 24 * 60, () => source.work());
    expect(source.asked).toHaveLength(1);
    await subscribed();
    expect(source.alive).toHaveLength(1);
  });

  it.each([
    ['the connection is deleted', { state: ConnectionState.DELETED }],
    ['a new version has no such webhook', { webhooksJson: '' }],
  ])('are removed when %s', async (_, change) => {
    await subscribed();
    await announce(change);
    expect(await state()).toBe('removing');
    await source.work();
    expect(source.made).toEqual([]);
    expect(await listed()).toEqual([]);
  });

  it('are forgotten when removing them fails: they end by themselves', async () => {
    await subscribed();
    source.fault = 'refused';
    await announce({ state: ConnectionState.DELETED });
    await passing(15, () => source.work());
    expect(source.asked).toHaveLength(4);
    expect(await listed()).toEqual([]);
  });

  it('move to another public address, the old one first', async () => {
    await subscribed();
    await readdressSubscriptions(scheduler.store, 'https://other.example.com');
    for (let step = 0; step < 3; step++) {
      await scheduler.tick();
      expect(source.alive.length).toBeLessThanOrEqual(1);
      await source.work();
    }
    expect(source.alive.map(({ url }) => url)).toEqual([
      'https://other.example.com/webhooks/c1/changes',
    ]);
  });

  it('say what to do while there is no public address, and are made when there is one', async () => {
    await readdressSubscriptions(scheduler.store, undefined);
    await subscribed();
    await readdressSubscriptions(scheduler.store, undefined);
    await scheduler.tick();
    expect(await listed()).toMatchObject([
      { state: 'failed', errorCode: 'subscription.no_public_url' },
    ]);
    await readdressSubscriptions(scheduler.store, publicUrl);
    await scheduler.tick();
    await source.work();
    expect(await state()).toBe('active');
  });

  it('cannot be had by a webhook whose address is its secret', async () => {
    await announce({ webhooksJson: '[{"verify":"none","subscription":{}}]' });
    expect(await listed()).toMatchObject([{ errorCode: 'subscription.not_verified' }]);
  });

  describe('as hints', () => {
    beforeEach(async () => {
      await subscribed();
      await complete();
      await scheduler.pass(1);
      await complete();
    });

    const complete = async (): Promise<void> => {
      await scheduler.record('begin');
      await scheduler.record(RunOutcome.COMPLETED, { attempt: 1 });
    };
    const hint = (webhook = 'changes') =>
      hintSync(scheduler.store, { connectionId: 'c1', webhook });
    const runs = () => scheduler.runs.map(({ trigger }) => trigger);

    it('ask for one sync, whatever came in one moment', async () => {
      expect(runs()).toEqual(['start-up', 'webhook']);
      await Promise.all([hint(), hint(), hint()]);
      await scheduler.pass(1);
      expect(runs()).toEqual(['start-up', 'webhook', 'webhook']);
    });

    it('ask for one sync more when they come during one', async () => {
      await hint();
      await scheduler.pass(1);
      await scheduler.record('begin');
      await Promise.all([hint(), hint()]);
      await scheduler.pass(1);
      expect(runs()).toHaveLength(3);
      await scheduler.record(RunOutcome.COMPLETED);
      await scheduler.pass(1);
      await complete();
      await scheduler.pass(1);
      expect(runs()).toEqual(['start-up', 'webhook', 'webhook', 'webhook']);
    });

    it('are none for webhooks that nobody subscribed to', async () => {
      await hint('plain');
      await scheduler.pass(1);
      expect(runs()).toHaveLength(2);
    });

    it('are not needed where the source forgot the subscription: a sync makes up for it', async () => {
      source.forget();
      await passing(3 * 24 * 60, async () => {
        await source.work();
        if (scheduler.run.finishedAt === undefined) await complete();
      });
      expect(source.alive).toHaveLength(1);
      expect(runs().filter((trigger) => trigger === 'webhook')).toHaveLength(2);
    });
  });
});
