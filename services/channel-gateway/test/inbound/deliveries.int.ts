import {
  ConnectionChangedSchema,
  ConnectionState,
  DeliveryService,
  DeliveryState,
  pluginToken,
  WebhookReceivedSchema,
} from '@made-open/contracts';
import { eventually } from '@made-open/testing';
import { randomUUID } from 'node:crypto';
import { PostgresConnectionStore } from '../../src/connections/postgres-connection-store.ts';
import { PostgresDeliveryStore } from '../../src/deliveries/postgres-delivery-store.ts';
import { aConnection } from '../connections/connection-store.contract.ts';
import { FakeRunner } from '../fake-runner.ts';
import { Gateway } from '../gateway.ts';

const { listDeliveries, getDelivery, replayDelivery } = DeliveryService.method;
const pluginId = 'com.example.channel';

let gateway: Gateway;
let runner: FakeRunner;
let connections: PostgresConnectionStore;
let made = 0;

beforeAll(async () => {
  gateway = await Gateway.start();
  connections = new PostgresConnectionStore(gateway.database.db);
  const administrator = await gateway.platform.administrator();
  const bus = await gateway.platform.runnerBus(pluginId);
  runner = await FakeRunner.start(bus, { pluginId, administrator });
});
afterAll(() => gateway?.stop());
beforeEach(() => {
  runner.handled.splice(0);
  runner.outcome = () => 'done';
});

async function connect(of: Parameters<typeof aConnection>[0] = {}): Promise<string> {
  const connection = aConnection({ pluginId, ...of });
  await connections.apply(connection);
  return connection.id;
}

/** As the route publishes it. */
async function receive(
  connectionId: string,
  { body = '{"n":1}', conversationKey = 'c', contentType = 'application/json' } = {},
): Promise<string> {
  const deliveryId = randomUUID();
  const providerId = `p${String(made++)}`;
  await gatewayBus.publish(
    WebhookReceivedSchema,
    {
      deliveryId,
      providerId,
      connectionId,
      spaceId: 'default',
      pluginId,
      name: 'events',
      conversationKey,
      contentType,
      body: Buffer.from(body),
      headers: { 'x-kind': 'a' },
      query: { q: '1' },
      receivedAt: new Date().toISOString(),
    },
    { parameters: { plugin: pluginToken(pluginId), connection: connectionId } },
  );
  return deliveryId;
}

let gatewayBus: Awaited<ReturnType<Gateway['platform']['bus']>>;
beforeAll(async () => {
  gatewayBus = await gateway.platform.bus('channel-gateway');
});

async function deliveryOf(connectionId: string, deliveryId: string) {
  const { delivery } = await gateway.manager.call(getDelivery, { connectionId, deliveryId });
  return delivery;
}

function stateOf(connectionId: string, deliveryId: string, state: DeliveryState) {
  return eventually(async () =>
    expect(await deliveryOf(connectionId, deliveryId)).toMatchObject({ state }),
  );
}

/** Waits are over. */
async function hurry(connectionId: string): Promise<void> {
  await gateway.database.db
    .updateTable('delivery')
    .set({ next_at: new Date(0) })
    .where('connection_id', '=', connectionId)
    .where('state', 'in', ['pending', 'dispatched'])
    .execute();
}

const idsOf = (): string[] => runner.handled.map(({ webhook }) => webhook.deliveryId);

describe('deliveries', () => {
  it('reach the plugin with what came, and are handled once', async () => {
    const connection = await connect({ hasRequestBudget: true });
    const id = await receive(connection, {
      body: 'a=1&a=2&b=%C3%A9',
      contentType: 'application/x-www-form-urlencoded; charset=utf-8',
    });
    await stateOf(connection, id, DeliveryState.HANDLED);
    expect(runner.handled).toHaveLength(1);
    expect(runner.handled[0]).toMatchObject({
      invoke: { connectionId: connection, spaceId: 'default', try: 1, hasRequestBudget: true },
      webhook: {
        deliveryId: id,
        name: 'events',
        payloadJson: '{"a":["1","2"],"b":"é"}',
        headers: { 'x-kind': 'a' },
        query: { q: '1' },
      },
    });
    const found = await gateway.manager.call(getDelivery, {
      connectionId: connection,
      deliveryId: id,
    });
    expect(Buffer.from(found.body).toString()).toBe('a=1&a=2&b=%C3%A9');
    expect(found.delivery).toMatchObject({ tries: 1, bodyBytes: 16, receivedCount: 1 });
    expect(found.delivery?.handledAt).not.toBe('');
  });

  it('wait for those of their conversation, also for one that failed, and for no others', async () => {
    const connection = await connect();
    runner.outcome = ({ webhook }) =>
      webhook.payloadJson === '"bad"' && runner.handled.length < 4 ? { code: 'x.y' } : 'done';
    const bad = await receive(connection, { body: '"bad"' });
    const behind = await receive(connection);
    const other = await receive(connection, { conversationKey: 'd' });
    await stateOf(connection, other, DeliveryState.HANDLED);
    await eventually(async () =>
      expect(await deliveryOf(connection, bad)).toMatchObject({
        state: DeliveryState.PENDING,
        tries: 1,
        errorCode: 'x.y',
        errorMessage: 'no',
      }),
    );
    expect(idsOf()).not.toContain(behind);
    await hurry(connection);
    await eventually(async () => expect((await deliveryOf(connection, bad))?.tries).toBe(2));
    await eventually(() => expect(idsOf().filter((id) => id === bad)).toHaveLength(2));
    await hurry(connection);
    await stateOf(connection, behind, DeliveryState.HANDLED);
    expect(idsOf().filter((id) => id !== other)).toEqual([
      bad,
      bad,
      ...idsOf()
        .filter((id) => id === bad)
        .slice(2),
      behind,
    ]);
    expect(
      new Set(
        runner.handled
          .filter(({ webhook }) => webhook.deliveryId === bad)
          .map(({ invoke }) => invoke.invocationId),
      ).size,
    ).toBe(1);
  });

  it('do not wait for a failed one where conversations are not known', async () => {
    const connection = await connect();
    runner.outcome = ({ webhook }) => (webhook.payloadJson === '"bad"' ? { code: 'x.y' } : 'done');
    await receive(connection, { body: '"bad"', conversationKey: '' });
    const behind = await receive(connection, { conversationKey: '' });
    await stateOf(connection, behind, DeliveryState.HANDLED);
  });

  it('are given up after what is permanent, listed, and replayed as something new', async () => {
    const connection = await connect();
    runner.outcome = () => ({ code: 'plugin.refused', permanent: true });
    const id = await receive(connection);
    const second = await receive(connection);
    await stateOf(connection, second, DeliveryState.FAILED);
    const failed = { connectionId: connection, state: DeliveryState.FAILED };
    const page = await gateway.manager.call(listDeliveries, { ...failed, limit: 1 });
    expect(page.deliveries.map((delivery) => delivery.id)).toEqual([second]);
    const rest = await gateway.manager.call(listDeliveries, {
      ...failed,
      limit: 5,
      cursor: page.nextCursor,
    });
    expect(rest).toMatchObject({
      deliveries: [{ id, errorCode: 'plugin.refused' }],
      nextCursor: '',
    });
    runner.outcome = () => 'done';
    const asked = { connectionId: connection, deliveryId: id };
    expect((await gateway.manager.call(replayDelivery, asked)).delivery?.state).toBe(
      DeliveryState.PENDING,
    );
    await stateOf(connection, id, DeliveryState.HANDLED);
    const tries = runner.handled.filter(({ webhook }) => webhook.deliveryId === id);
    expect(new Set(tries.map(({ invoke }) => invoke.invocationId)).size).toBe(2);
    const foreign = { connectionId: 'another', deliveryId: id };
    expect((await gateway.manager.call(replayDelivery, foreign)).delivery).toBeUndefined();
  });

  it('are given again when no result comes, and a late result still counts', async () => {
    const connection = await connect();
    runner.outcome = () => 'silent';
    const id = await receive(connection);
    await eventually(() => expect(idsOf()).toEqual([id]));
    await eventually(async () => expect((await deliveryOf(connection, id))?.tries).toBe(1));
    await hurry(connection);
    await eventually(async () =>
      expect(await deliveryOf(connection, id)).toMatchObject({ errorCode: 'delivery.no_result' }),
    );
    await hurry(connection);
    await eventually(() => expect(idsOf()).toEqual([id, id]));
    expect(runner.handled.map(({ invoke }) => invoke.try)).toEqual([1, 1]);
    const [first] = runner.handled;
    if (first !== undefined) await runner.report(first, 'done');
    await stateOf(connection, id, DeliveryState.HANDLED);
  });

  it('wait while their connection is paused, and go with it when it is deleted', async () => {
    const connection = await connect({ id: 'paused', state: 'paused' });
    const id = await receive(connection);
    await eventually(async () => expect(await deliveryOf(connection, id)).toBeDefined());
    const other = await connect();
    await stateOf(other, await receive(other), DeliveryState.HANDLED);
    expect(idsOf()).not.toContain(id);
    await connect({ id: 'paused', generation: 2 });
    await stateOf(connection, id, DeliveryState.HANDLED);
    const store = new PostgresDeliveryStore(gateway.database.db, () => undefined);
    await connect({ id: 'paused', generation: 3, state: 'deleted' });
    expect(await store.forget(30, 10)).toBe(1);
    await receive(connection);
    await stateOf(other, await receive(other), DeliveryState.HANDLED);
    expect(await store.erase(connection, 10)).toBe(0);
  });

  it('are erased when plugin-manager announces that their connection is deleted', async () => {
    const connection = await connect({ state: 'paused' });
    const id = await receive(connection);
    await eventually(async () => expect(await deliveryOf(connection, id)).toBeDefined());
    const message = {
      connectionId: connection,
      pluginId,
      state: ConnectionState.DELETED,
      generation: 2,
    };
    await gateway.manager.publishEvents(ConnectionChangedSchema, [{ message }]);
    await eventually(async () => expect(await deliveryOf(connection, id)).toBeUndefined());
  });

  it('are not held up by one that cannot be stored', async () => {
    const connection = await connect();
    await receive(connection, { conversationKey: 'a\0b' });
    await stateOf(connection, await receive(connection), DeliveryState.HANDLED);
  });

  it('refuses the result of another plugin', async () => {
    const connection = await connect();
    runner.outcome = () => 'silent';
    const deliveryId = await receive(connection);
    await eventually(() => expect(idsOf()).toEqual([deliveryId]));
    const bus = await gateway.platform.runnerBus('com.example.other');
    const parameters = { plugin: 'com_example_other' };
    const result = { invocationId: runner.handled[0]?.invoke.invocationId ?? '', try: 1 };
    await expect(
      bus.call(DeliveryService.method.recordDelivery, { deliveryId, result }, { parameters }),
    ).rejects.toMatchObject({ code: 'gateway.foreign_delivery.forbidden' });
  });
});
