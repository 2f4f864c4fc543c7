import { readMessage, type Bus } from '@made-open/bus';
import {
  ConnectionState,
  invocationsConsumer,
  InvokeSchema,
  pluginToken,
  RunOutcome,
  SchedulerService,
  WebhookHandledSchema,
  type Invoke,
} from '@made-open/contracts';
import { eventually } from '@made-open/testing';
import { pluginId } from './builders.ts';
import { publicUrl, SchedulerFixture } from './scheduler-fixture.ts';

const { recordSubscription, listSubscriptions } = SchedulerService.method;
const parameters = { plugin: pluginToken(pluginId) };
const webhooksJson = JSON.stringify([
  { name: 'changes', verify: 'github', secret: 'key', subscription: { renewBeforeSeconds: 3600 } },
]);
const patience = { timeoutMs: 90_000 };

describe('subscriptions, two replicas', () => {
  let fixture: SchedulerFixture;
  let gateway: Bus;
  const invoked: Invoke[] = [];

  beforeAll(async () => {
    fixture = await SchedulerFixture.start();
    gateway = await fixture.platform.bus('channel-gateway');
    fixture.runner.consume(invocationsConsumer(pluginId), ({ data }) => {
      invoked.push(readMessage(InvokeSchema, data));
      return Promise.resolve('ack');
    });
  });
  afterAll(() => fixture?.stop());

  const call = (connectionId: string, number: number): Promise<Invoke> =>
    eventually(() => {
      const calls = invoked.filter((invocation) => invocation.connectionId === connectionId);
      const found = calls[number - 1];
      if (found === undefined) throw new Error(`${connectionId} has ${String(calls.length)} calls`);
      return found;
    }, patience);
  const answer = (invocation: Invoke, told: object): Promise<unknown> => {
    const { invocationId, connectionId, try: tries } = invocation;
    const result = { invocationId, connectionId, try: tries, ...told };
    return fixture.runner.call(recordSubscription, { result }, { parameters });
  };
  const list = async (connectionId: string) =>
    (await fixture.manager.call(listSubscriptions, { connectionId })).subscriptions;
  const listed = (connectionId: string, expected: object[]): Promise<void> =>
    eventually(async () => expect(await list(connectionId)).toMatchObject(expected), patience);
  const subscription = { id: 's1', expiresAt: '2099-01-01T00:00:00.000Z' };

  it('one is made by one call, renewed before its end, and removed with its connection', async () => {
    const id = fixture.newId();
    await fixture.announce(id, { webhooksJson }, 3);
    const first = await call(id, 1);
    expect(first.work).toMatchObject({
      case: 'subscription',
      value: { webhook: 'changes', url: `${publicUrl}/webhooks/${id}/changes`, remove: false },
    });
    await listed(id, [{ webhook: 'changes', state: 'pending', tries: 1 }]);
    const resultJson = JSON.stringify(subscription);
    await answer(first, { resultJson });
    await answer(first, { resultJson });
    await listed(id, [{ state: 'active', expiresAt: subscription.expiresAt }]);

    await fixture.end('kill');
    await fixture.makeDue('subscription', [id]);
    await fixture.start(2);
    const renewal = await call(id, 2);
    expect(renewal.work.value).toMatchObject({ subscriptionJson: resultJson, remove: false });
    expect(renewal.invocationId).not.toBe(first.invocationId);
    await answer(renewal, { error: { code: 'http.status', message: 'HTTP 503' } });
    await listed(id, [{ state: 'renewing', errorCode: 'http.status', tries: 1 }]);
    await fixture.makeDue('subscription', [id]);
    const again = await call(id, 3);
    expect(again).toMatchObject({ invocationId: renewal.invocationId, try: 2 });
    await answer(again, { resultJson });
    await listed(id, [{ state: 'active', errorCode: '', tries: 0 }]);

    await fixture.announce(id, { generation: 2, state: ConnectionState.DELETED });
    const removal = await call(id, 4);
    expect(removal.work.value).toMatchObject({ subscriptionJson: resultJson, remove: true });
    await answer(removal, {});
    await eventually(async () => expect(await list(id)).toEqual([]), patience);
    expect(invoked.filter(({ connectionId }) => connectionId === id)).toHaveLength(4);
  });

  it('one that cannot be had is told to others and to who asks', async () => {
    const id = fixture.newId();
    await fixture.announce(id, { webhooksJson });
    const refused = { error: { code: 'http.status', message: 'HTTP 403' }, permanent: true };
    await answer(await call(id, 1), refused);
    await listed(id, [{ state: 'failed', errorMessage: 'HTTP 403' }]);
    await eventually(async () => expect(await fixture.news(id)).toEqual(['SubscriptionFailed']));
  });

  it('a webhook that was handled leads to one sync', async () => {
    const { id, first } = await fixture.connected();
    await fixture.announce(id, { generation: 2, webhooksJson });
    await call(id, 1);
    const message = { connectionId: id, pluginId, webhook: 'changes' };
    for (let time = 0; time < 5; time++)
      await gateway.publishEvents(WebhookHandledSchema, [{ message }]);
    await eventually(async () =>
      expect(
        await fixture.query(
          'select is_hinted from connector_scheduler.schedule where connection_id = $1',
          [id],
        ),
      ).toEqual([{ is_hinted: true }]),
    );
    await fixture.record(first, 'begin');
    await fixture.record(first, RunOutcome.COMPLETED);
    const second = await fixture.command(id, 2);
    expect(second).toMatchObject({ trigger: 'webhook' });
    expect(fixture.commandsOf(id)).toHaveLength(2);
  });
});
