import type { JsonValue } from '@bufbuild/protobuf';
import { createOutbox, type OutboxTable } from '@made-open/postgres';
import { sql, type ColumnType, type Generated, type Kysely } from 'kysely';
import type { FaxState } from '../faxes/fax.ts';
import type { Attempt, OutboundKind, OutboundState } from '../outbound.ts';

type Json = ColumnType<JsonValue, string>;
type NullableJson = ColumnType<JsonValue | null, string | null>;

/** Tables of what is sent. */
export interface OutboundTables {
  outbound: {
    id: string;
    space_id: string;
    connection_id: string;
    plugin_id: string;
    channel_type: string;
    kind: OutboundKind;
    content: Json;
    requested_by: string;
    caused_by: string[];
    state: OutboundState;
    attempts: number;
    may_have_gone: boolean;
    external_id: string;
    thread_id: string;
    provider_status: string;
    error: NullableJson;
    created_at: Date;
    updated_at: Date;
    sent_at: Date | null;
    delivered_at: Date | null;
    wake_at: Date | null;
    /** FaxProgress of a fax. */
    fax: NullableJson;
    fax_state: FaxState | null;
    /** What goes to one receiver, one after the other, within a connection. */
    lane: string;
    position: Generated<string>;
  };
  attempt: {
    id: string;
    outbound_id: string;
    created_at: Date;
    end_before: Date;
    asker: string;
    begun_at: Date | null;
    outcome: Attempt['outcome'];
  };
  idempotency: {
    space_id: string;
    client: string;
    key: string;
    fingerprint: string;
    outbound_id: string;
    expires_at: Date;
  };
  status_report: {
    event_id: string;
    connection_id: string;
    external_id: string;
    status: string;
    error: NullableJson;
    occurred_at: Date;
    received_at: ColumnType<Date, Date | undefined>;
  };
  media_key: {
    name: string;
    secret: Buffer;
  };
  outbox: OutboxTable;
}

const statements = [
  sql`create table outbound (
    id uuid primary key,
    space_id text not null,
    connection_id text not null,
    plugin_id text not null,
    channel_type text not null,
    kind text not null,
    content json not null,
    requested_by text not null,
    caused_by text[] not null,
    state text not null,
    attempts int not null,
    external_id text not null,
    thread_id text not null,
    provider_status text not null,
    error json,
    created_at timestamptz not null,
    updated_at timestamptz not null,
    sent_at timestamptz,
    delivered_at timestamptz,
    wake_at timestamptz)`,
  sql`create index outbound_page on outbound (connection_id, kind, id)`,
  sql`create index outbound_queued on outbound (connection_id, wake_at) where state = 'queued'`,
  sql`create index outbound_sending on outbound (connection_id, wake_at) where state = 'sending'`,
  sql`create index outbound_overdue on outbound (wake_at) where state = 'sending'`,
  sql`create index outbound_external on outbound (connection_id, external_id) where external_id <> ''`,
  sql`create index outbound_ended on outbound (updated_at) where wake_at is null`,
  sql`create table attempt (
    id uuid primary key,
    outbound_id uuid not null references outbound (id) on delete cascade,
    created_at timestamptz not null,
    end_before timestamptz not null,
    asker text not null,
    begun_at timestamptz,
    outcome text not null)`,
  sql`create index attempt_outbound on attempt (outbound_id, created_at)`,
  // One attempt at a time, whatever else goes wrong.
  sql`create unique index attempt_open on attempt (outbound_id) where outcome = 'open'`,
  sql`create table idempotency (
    space_id text not null,
    client text not null,
    key text not null,
    fingerprint text not null,
    outbound_id uuid not null references outbound (id) on delete cascade deferrable initially deferred,
    expires_at timestamptz not null,
    primary key (space_id, client, key))`,
  sql`create index idempotency_outbound on idempotency (outbound_id)`,
  sql`create index idempotency_expired on idempotency (expires_at)`,
  sql`create table status_report (
    event_id text primary key,
    connection_id text not null,
    external_id text not null,
    status text not null,
    error json,
    occurred_at timestamptz not null,
    received_at timestamptz not null default now())`,
  sql`create index status_report_external on status_report (connection_id, external_id)`,
  sql`create index status_report_received on status_report (received_at)`,
  sql`create table media_key (name text primary key, secret bytea not null)`,
];

/** Of what was sent before nothing is known but its state. */
export async function rememberWhatMayHaveGone(db: Kysely<unknown>): Promise<void> {
  await sql`alter table outbound add column may_have_gone boolean not null default false`.execute(
    db,
  );
}

/** What waited before keeps no order. */
export async function orderByReceiver(db: Kysely<unknown>): Promise<void> {
  for (const statement of [
    // What was there, and what a replica of an earlier release adds meanwhile, waits for no other.
    sql`alter table outbound add column lane text not null default gen_random_uuid()::text,
      add column position bigint generated always as identity`,
    sql`create index outbound_lane on outbound (connection_id, lane, position) where state in ('queued', 'sending')`,
    sql`create index outbound_aged on outbound (created_at) where state = 'queued'`,
  ])
    await statement.execute(db);
}

/** Faxes are looked at again after they were sent, and listed by space. */
export async function addFaxes(db: Kysely<unknown>): Promise<void> {
  for (const statement of [
    sql`alter table outbound add column fax json, add column fax_state text`,
    sql`create index outbound_asked on outbound (wake_at) where state = 'sent'`,
    sql`create index outbound_faxes on outbound (space_id, id) where kind = 'fax'`,
  ])
    await statement.execute(db);
}

export async function createOutbound(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await statement.execute(db);
  await createOutbox(db);
}
