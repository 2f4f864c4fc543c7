import { CompiledQuery, sql, type Generated, type Kysely, type Transaction } from 'kysely';
import type { ClientBase } from 'pg';

/** One message that waits to be published; written in the transaction of the change it tells of. */
export interface OutboxTable {
  id: Generated<string>;
  subject: string;
  /** The whole text on the wire. */
  payload: string;
  created_at: Generated<Date>;
}

/** A message to append. */
export interface OutboxMessage {
  readonly subject: string;
  readonly payload: string;
}

/** Creates the tables `outbox` and `outbox_refused`; used inside a migration. */
export async function createOutbox(db: Kysely<unknown>): Promise<void> {
  await sql`create table outbox (
    id bigint generated always as identity primary key,
    subject text not null,
    payload text not null,
    created_at timestamptz not null default now()
  )`.execute(db);
  // What the stream will never take, kept for a person to look at.
  await sql`create table outbox_refused (
    id bigint primary key,
    subject text not null,
    payload text not null,
    reason text not null,
    created_at timestamptz not null,
    refused_at timestamptz not null default now()
  )`.execute(db);
  // pglz was a measurable share of PostgreSQL's CPU, for rows that live for milliseconds.
  await sql`alter table outbox alter column payload set storage external`.execute(db);
}

const insertMessages =
  'insert into outbox (subject, payload) select * from unnest($1::text[], $2::text[])';

/** Appends messages in the order given. */
export async function appendOutbox<S extends { outbox: OutboxTable }>(
  trx: Transaction<S>,
  messages: readonly OutboxMessage[],
): Promise<void> {
  if (messages.length === 0) return;
  await trx.executeQuery(CompiledQuery.raw(insertMessages, columnsOf(messages)));
}

/** The same without Kysely, in the transaction that the client is in. */
export async function appendOutboxRows(
  client: ClientBase,
  messages: readonly OutboxMessage[],
): Promise<void> {
  if (messages.length === 0) return;
  await client.query(insertMessages, columnsOf(messages));
}

function columnsOf(messages: readonly OutboxMessage[]): string[][] {
  return [messages.map(({ subject }) => subject), messages.map(({ payload }) => payload)];
}
