import { jetstream, type JetStreamClient, type JsMsg } from '@nats-io/jetstream';
import type { Client } from 'pg';
import { naiveConsumer, naiveStreams, naiveSubjects } from './naive-messages.ts';
import { connectNats, connectPostgres, serveOrders } from './naive-process.ts';

interface Item {
  readonly externalId: string;
  readonly data: Readonly<Record<string, unknown>>;
  readonly raw: unknown;
}

const prefetch = 100;
const fields = [
  'display_name',
  'given_name',
  'family_name',
  'emails',
  'phones',
  'organization',
  'title',
  'updated_at',
];
const columns = ['external_id', ...fields, 'raw'];
const upsert = `insert into person (${columns.join(', ')})
  values (${columns.map((_, index) => `$${String(index + 1)}`).join(', ')})
  on conflict (external_id) do update
  set version = person.version + 1, ${columns
    .slice(1)
    .map((column) => `${column} = excluded.${column}`)
    .join(', ')}
  returning id, version`;

serveOrders(async (options) => {
  const stream = jetstream(await connectNats(options));
  const database = await connectPostgres(options);
  const consumer = await stream.consumers.get(naiveStreams.items, naiveConsumer);
  void takeAll(await consumer.consume({ max_messages: prefetch }), stream, database);
  return () => Promise.resolve(0);
});

async function takeAll(
  messages: AsyncIterable<JsMsg>,
  stream: JetStreamClient,
  database: Client,
): Promise<void> {
  for await (const message of messages) {
    const event = await store(database, message.json<Item>());
    await stream.publish(naiveSubjects.events, event);
    message.ack();
  }
}

/** One item, one transaction. */
async function store(database: Client, { externalId, data, raw }: Item): Promise<string> {
  await database.query('begin');
  const { rows } = await database.query<{ id: string; version: number }>({
    name: 'upsert',
    text: upsert,
    values: [externalId, ...fields.map((field) => data[field]), JSON.stringify(raw)],
  });
  const event = JSON.stringify({ ...rows[0], externalId, person: data });
  await database.query({
    name: 'outbox',
    text: 'insert into outbox (payload) values ($1)',
    values: [event],
  });
  await database.query('commit');
  return event;
}
