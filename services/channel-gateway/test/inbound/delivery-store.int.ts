import { create } from '@bufbuild/protobuf';
import { WebhookReceivedSchema } from '@made-open/contracts';
import { connectDatabase, migrate, type Database } from '@made-open/postgres';
import { eventually, TestPlatform } from '@made-open/testing';
import { sql } from 'kysely';
import { randomUUID } from 'node:crypto';
import { PostgresConnectionStore } from '../../src/connections/postgres-connection-store.ts';
import { migrations, type GatewaySchema } from '../../src/database/migrations.ts';
import { dueDeliveries } from '../../src/deliveries/due-deliveries.ts';
import { dispatched, expired } from '../../src/deliveries/delivery.ts';
import { PostgresDeliveryStore } from '../../src/deliveries/postgres-delivery-store.ts';
import { rowsVisited } from '../rows-visited.ts';
import { aConnection } from '../connections/connection-store.contract.ts';

let platform: TestPlatform;
let database: Database<GatewaySchema>;
let store: PostgresDeliveryStore;
let connectionId: string;

beforeAll(async () => {
  platform = await TestPlatform.start();
  const options = await platform.database('channel-gateway');
  await migrate(options, migrations);
  database = connectDatabase<GatewaySchema>(options);
  store = new PostgresDeliveryStore(database.db, () => undefined);
  const connection = aConnection();
  connectionId = connection.id;
  await new PostgresConnectionStore(database.db).apply(connection);
});
afterAll(async () => {
  await database?.close();
  await platform?.stop();
});

async function add(
  conversationKey: string,
  of: { deliveryId?: string; providerId?: string; receivedAt?: Date; connection?: string } = {},
): Promise<string> {
  const { deliveryId = randomUUID(), receivedAt = new Date() } = of;
  const { providerId = deliveryId, connection = connectionId } = of;
  const received = create(WebhookReceivedSchema, {
    deliveryId,
    providerId,
    connectionId: connection,
    conversationKey,
    receivedAt: receivedAt.toISOString(),
  });
  await store.add(received, randomUUID());
  return deliveryId;
}

const batch = { limit: 10, perConnection: 10 };
const unavailable = { code: 'gateway.unavailable', retry: 'later' };

describe('PostgresDeliveryStore, beside another one that stands still', () => {
  it('does not wait for long for what that has locked', async () => {
    const id = await add('a');
    await database.db.transaction().execute(async (transaction) => {
      await transaction
        .selectFrom('delivery')
        .select('id')
        .where('id', '=', id)
        .forUpdate()
        .execute();
      await expect(store.change(id, () => undefined)).rejects.toMatchObject(unavailable);
    });
  });

  it('dispatches what that has not ended, whose own transaction fails', async () => {
    const id = await add('b');
    const begun = Promise.withResolvers<unknown>();
    const answer = Promise.withResolvers<undefined>();
    const stuck = store.dispatch(batch, async (delivery, now) => {
      begun.resolve(delivery);
      await answer.promise;
      return dispatched(delivery, now);
    });
    await begun.promise;
    expect(await store.dispatch(batch, () => Promise.resolve(undefined))).toBe(0);
    const sent: string[] = [];
    await eventually(
      async () => {
        await store.dispatch(batch, (delivery, now) => {
          sent.push(delivery.id);
          return Promise.resolve(dispatched(delivery, now));
        });
        expect(sent).toContain(id);
      },
      { timeoutMs: 60_000 },
    );
    answer.resolve(undefined);
    await expect(stuck).rejects.toMatchObject(unavailable);
  }, 90_000);
});

describe('PostgresDeliveryStore', () => {
  it('serves connections in turn, and leaves room for those of one', async () => {
    await database.db.deleteFrom('delivery').execute();
    const idle = aConnection();
    await new PostgresConnectionStore(database.db).apply(idle);
    const [first, second] = [await add('c0'), await add('c1')];
    await add('c2');
    const other = await add('c', { connection: idle.id });
    const { rows } = await dueDeliveries({ limit: 10, perConnection: 2 }).execute(database.db);
    expect(rows.map(({ id }) => id)).toEqual([first, other, second]);
  });

  it('forgets what ended long ago, some at a time', async () => {
    await database.db.deleteFrom('delivery').execute();
    for (let n = 0; n < 3; n++) await add('c');
    await add('kept');
    await database.db
      .updateTable('delivery')
      .set({ state: 'handled', ended_at: new Date(Date.now() - 31 * 24 * 3_600_000) })
      .where('conversation_key', '=', 'c')
      .execute();
    expect(await store.forget(30, 2)).toBe(2);
    expect(await store.forget(30, 2)).toBe(1);
    expect(await store.forget(30, 2)).toBe(0);
    expect(await store.expire(10, expired)).toBe(0);
  });

  it('does not look at what waits for a connection that is not active', async () => {
    const idle = aConnection({ state: 'paused' });
    await new PostgresConnectionStore(database.db).apply(idle);
    const query = dueDeliveries(batch);
    const before = await rowsVisited(database.db, 'delivery', query);
    await sql`insert into delivery (id, provider_id, connection_id, space_id, plugin_id, name, conversation_key, lane,
        is_strict, state, invocation_id, tries, next_at, received_at, content_type, body, headers, query)
      select gen_random_uuid(), n::text, ${idle.id}, 'default', 'p', '', n::text, 'conversation ' || n, true, 'pending',
        gen_random_uuid(), 0, now(), now(), '', '', '{}', '{}' from generate_series(1, 3000) n`.execute(
      database.db,
    );
    expect(await rowsVisited(database.db, 'delivery', query)).toBeLessThanOrEqual(before + 2);
  });

  const receivedAt = new Date('2026-11-22T12:00:00.000Z');
  const later = (hours: number) => new Date(receivedAt.getTime() + hours * 3_600_000);
  const found = async (ids: readonly string[]) =>
    Promise.all(ids.map(async (id) => (await store.find(connectionId, id))?.receivedCount));

  it('takes the same body for the same delivery within a day, and for a new one afterwards', async () => {
    const providerId = 'body:1';
    const first = await add('w', { providerId, receivedAt });
    const again = await add('w', { providerId, receivedAt: later(23) });
    expect(await found([first, again])).toEqual([2, undefined]);
    const fresh = await add('w', { providerId, receivedAt: later(24) });
    expect(await found([first, fresh])).toEqual([2, 1]);
    const repeated = await add('w', { providerId, receivedAt: later(47) });
    // The stream brings what was stored once more.
    await add('w', { deliveryId: fresh, providerId, receivedAt: later(24) });
    expect(await found([first, fresh, repeated])).toEqual([2, 2, undefined]);
  });

  it('takes an id of the provider for the same delivery as long as it remembers it', async () => {
    const first = await add('w', { providerId: 'own', receivedAt });
    const again = await add('w', { providerId: 'own', receivedAt: later(240) });
    expect(await found([first, again])).toEqual([2, undefined]);
  });
});
