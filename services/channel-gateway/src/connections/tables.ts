import type { JsonValue } from '@bufbuild/protobuf';
import { sql, type ColumnType, type Kysely } from 'kysely';
import type { ConnectionState } from './connection.ts';

export interface ConnectionTable {
  id: string;
  space_id: string;
  plugin_id: string;
  plugin_type: string;
  plugin_version: string;
  name: string;
  state: ConnectionState;
  generation: string;
  grants: string[];
  /** As the manifest declares them. */
  webhooks: ColumnType<JsonValue, string>;
  token_hash: string;
  channel: ColumnType<JsonValue | null, string | null>;
  has_request_budget: boolean;
  provider: ColumnType<JsonValue | null, string | null>;
  actions: string[];
}

/** Who has a slot of a space. */
export interface ProviderSlotTable {
  space_id: string;
  slot: string;
  plugin_id: string;
  connection_id: string;
  revision: number;
}

export async function createConnections(db: Kysely<unknown>): Promise<void> {
  await sql`create table connection (
    id text primary key,
    space_id text not null,
    plugin_id text not null,
    plugin_type text not null,
    plugin_version text not null,
    name text not null,
    state text not null,
    generation bigint not null,
    grants text[] not null,
    webhooks json not null,
    token_hash text not null,
    channel json,
    has_request_budget boolean not null
  )`.execute(db);
}

export async function addProviders(db: Kysely<unknown>): Promise<void> {
  await sql`alter table connection add column provider json, add column actions text[] not null default '{}'`.execute(
    db,
  );
  await sql`create table provider_slot (
    space_id text not null,
    slot text not null,
    plugin_id text not null,
    connection_id text not null,
    revision int not null,
    primary key (space_id, slot)
  )`.execute(db);
}
