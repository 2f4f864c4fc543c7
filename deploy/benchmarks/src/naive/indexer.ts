import { jetstream, type JsMsg } from '@nats-io/jetstream';
import type { Client } from 'pg';
import { naiveConsumer, naiveStreams } from './naive-messages.ts';
import { connectNats, connectPostgres, serveOrders } from './naive-process.ts';

interface Event {
  readonly id: string;
  readonly person: Readonly<Record<string, unknown>>;
}

const prefetch = 100;
// The index that the platform has, row by row.
const index = `insert into search_document (entity_id, title, body, fts)
  values ($1, $2, $3, setweight(to_tsvector('simple', public.unaccent($2)), 'A')
    || setweight(to_tsvector('simple', public.unaccent($3)), 'C'))
  on conflict (entity_id) do update
  set title = excluded.title, body = excluded.body, fts = excluded.fts`;

serveOrders(async (options) => {
  const stream = jetstream(await connectNats(options));
  const database = await connectPostgres(options);
  const consumer = await stream.consumers.get(naiveStreams.events, naiveConsumer);
  void takeAll(await consumer.consume({ max_messages: prefetch }), database);
  return () => Promise.resolve(0);
});

async function takeAll(messages: AsyncIterable<JsMsg>, database: Client): Promise<void> {
  for await (const message of messages) {
    const { id, person } = message.json<Event>();
    const { display_name, emails, phones, organization, title } = person;
    const body = [emails, phones, organization, title].flat().join(' ');
    await database.query({ name: 'index', text: index, values: [id, display_name, body] });
    message.ack();
  }
}
