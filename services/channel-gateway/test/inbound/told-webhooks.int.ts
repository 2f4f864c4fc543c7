import { DeliveryService, pluginToken, WebhookReceivedSchema } from '@made-open/contracts';
import { eventually } from '@made-open/testing';
import { randomUUID } from 'node:crypto';
import type { Connection } from '../../src/connections/connection.ts';
import { PostgresConnectionStore } from '../../src/connections/postgres-connection-store.ts';
import { JetStreamEventLog } from '../../src/stream/jet-stream-event-log.ts';
import { aConnection } from '../connections/connection-store.contract.ts';
import { FakeRunner } from '../fake-runner.ts';
import { Gateway } from '../gateway.ts';

const pluginId = 'com.example.told';
const { replayDelivery } = DeliveryService.method;

let gateway: Gateway;
let runner: FakeRunner;
let bus: Awaited<ReturnType<Gateway['platform']['bus']>>;

beforeAll(async () => {
  gateway = await Gateway.start();
  bus = await gateway.platform.bus('channel-gateway');
  const administrator = await gateway.platform.administrator();
  const own = await gateway.platform.runnerBus(pluginId);
  runner = await FakeRunner.start(own, { pluginId, administrator });
});
afterAll(() => gateway?.stop());
beforeEach(() => (runner.outcome = ({ webhook }) => outcomes[webhook.payloadJson] ?? 'silent'));

const outcomes: Readonly<Record<string, 'done' | { code: string; permanent: true }>> = {
  '"good"': 'done',
  '"bad"': { code: 'plugin.refused', permanent: true },
};

async function connect(of: Partial<Connection>): Promise<string> {
  const connection = aConnection({ pluginId, ...of });
  await new PostgresConnectionStore(gateway.database.db).apply(connection);
  return connection.id;
}

/** Ends before it is over, so that what comes next ends after it. */
async function receive(connectionId: string, payload: string): Promise<string> {
  const deliveryId = randomUUID();
  const message = {
    deliveryId,
    providerId: deliveryId,
    connectionId,
    spaceId: 'default',
    pluginId,
    name: 'events',
    conversationKey: 'c',
    contentType: 'application/json',
    body: Buffer.from(JSON.stringify(payload)),
    receivedAt: new Date().toISOString(),
  };
  const parameters = { plugin: pluginToken(pluginId), connection: connectionId };
  await bus.publish(WebhookReceivedSchema, message, { parameters });
  await ends(deliveryId);
  return deliveryId;
}

function ends(deliveryId: string): Promise<void> {
  return eventually(async () => {
    const row = await gateway.database.db
      .selectFrom('delivery')
      .select('state')
      .where('id', '=', deliveryId)
      .executeTakeFirst();
    expect(['handled', 'failed']).toContain(row?.state);
  });
}

interface Told {
  readonly type: string;
  readonly delivery: string;
  readonly json: string;
}

/** Events about a connection in their order, once the outbox is empty. */
async function told(connectionId: string): Promise<Told[]> {
  await eventually(async () =>
    expect(await gateway.database.db.selectFrom('outbox').select('id').execute()).toEqual([]),
  );
  const log = new JetStreamEventLog(bus.stored('CONNECTOR'), () => undefined);
  const found: Told[] = [];
  for (let after = 0; ;) {
    const page = await log.after(after);
    const end = page.at(-1);
    if (end === undefined) return found;
    after = end.sequence;
    for (const { type, json } of page.flatMap(({ events }) => events))
      if (json.includes(`"connection_id":"${connectionId}"`))
        found.push({ type, json, delivery: /"delivery_id":"([^"]+)"/u.exec(json)?.[1] ?? '' });
  }
}

async function toldOf(connectionId: string): Promise<string[][]> {
  return (await told(connectionId)).map(({ type, delivery }) => [type, delivery]);
}

const handled = 'connector.WebhookHandled';
const failed = 'connector.WebhookFailed';

describe('what became of webhooks', () => {
  it('is told of each that a subscribed source of a connector sent, as a hint', async () => {
    const connection = await connect({
      pluginType: 'connector',
      webhooks: [{ name: 'events', verify: 'github', subscription: {} }],
    });
    const ids = [await receive(connection, 'good'), await receive(connection, 'good')];
    expect(await toldOf(connection)).toEqual(ids.map((id) => [handled, id]));
  });

  it('is told of others when it is another than before, and of each that was given up', async () => {
    const connection = await connect({});
    const first = await receive(connection, 'good');
    await receive(connection, 'good');
    const bad = [await receive(connection, 'bad'), await receive(connection, 'bad')];
    const last = await receive(connection, 'good');
    await receive(connection, 'good');
    const all = await told(connection);
    expect(all.map(({ type, delivery }) => [type, delivery])).toEqual([
      [handled, first],
      ...bad.map((id) => [failed, id]),
      [handled, last],
    ]);
    expect(all[1]?.json).toContain('"error_code":"plugin.refused"');
    expect(all[1]?.json).toContain('"webhook":"events"');
  });

  it('is told when one that was given up is handled once it is replayed', async () => {
    const connection = await connect({});
    await receive(connection, 'good');
    const id = await receive(connection, 'bad');
    runner.outcome = () => 'done';
    await gateway.manager.call(replayDelivery, { connectionId: connection, deliveryId: id });
    await ends(id);
    expect((await toldOf(connection)).slice(1)).toEqual([
      [failed, id],
      [handled, id],
    ]);
  });
});
