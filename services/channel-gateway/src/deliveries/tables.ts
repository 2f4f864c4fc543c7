import { sql, type ColumnType, type Generated, type Kysely } from 'kysely';
import type { DeliveryState } from './delivery.ts';

type Texts = Record<string, string>;

export interface DeliveryTable {
  id: string;
  provider_id: string;
  connection_id: string;
  space_id: string;
  plugin_id: string;
  name: string;
  conversation_key: string;
  /** What is handled one after the other within a connection. */
  lane: string;
  /** One that waits for its next try holds up those behind it. */
  is_strict: boolean;
  /** In the order of the stream. */
  position: Generated<string>;
  state: DeliveryState;
  invocation_id: string;
  tries: number;
  next_at: Date | null;
  received_at: Date;
  received_count: Generated<number>;
  ended_at: Date | null;
  error_code: string | null;
  error_message: string | null;
  content_type: string;
  body: Buffer;
  headers: ColumnType<Texts, string>;
  query: ColumnType<Texts, string>;
}

/** How the newest delivery of a webhook ended, as it was told. */
export interface ToldWebhookTable {
  connection_id: string;
  name: string;
  state: 'handled' | 'failed';
}

const open = sql.raw(`state in ('pending', 'dispatched')`);

const statements = [
  sql`create table delivery (
    id uuid primary key,
    provider_id text not null,
    connection_id text not null,
    space_id text not null,
    plugin_id text not null,
    name text not null,
    conversation_key text not null,
    lane text not null,
    is_strict boolean not null,
    position bigint generated always as identity,
    state text not null,
    invocation_id uuid not null,
    tries int not null,
    next_at timestamptz,
    received_at timestamptz not null,
    received_count int not null default 1,
    ended_at timestamptz,
    error_code text,
    error_message text,
    content_type text not null,
    body bytea not null,
    headers json not null,
    query json not null,
    unique (connection_id, name, provider_id))`,
  sql`create index delivery_lane on delivery (connection_id, lane, position) where ${open}`,
  // Never two of a conversation at a time, whatever else goes wrong.
  sql`create unique index delivery_in_flight on delivery (connection_id, lane) where state = 'dispatched'`,
  sql`create index delivery_expiry on delivery (next_at) where state = 'dispatched'`,
  sql`create index delivery_page on delivery (connection_id, position)`,
  sql`create index delivery_state_page on delivery (connection_id, state, position)`,
  sql`create index delivery_failed on delivery (connection_id) where state = 'failed'`,
  sql`create index delivery_ended on delivery (ended_at) where ended_at is not null`,
];

export async function createDeliveries(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await statement.execute(db);
}

export async function createToldWebhooks(db: Kysely<unknown>): Promise<void> {
  await sql`create table told_webhook (
    connection_id text not null,
    name text not null,
    state text not null,
    primary key (connection_id, name))`.execute(db);
}
