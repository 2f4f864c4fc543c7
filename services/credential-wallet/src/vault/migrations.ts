import { createOutbox } from '@made-open/postgres';
import { sql, type Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';

const statements = [
  sql`create table secret (
    connection_id text primary key,
    space_id text not null,
    plugin_id text not null,
    revision int not null,
    kek_id text,
    wrapped_key bytea,
    sealed bytea,
    changed_at timestamptz not null default now(),
    check (num_nulls(kek_id, wrapped_key, sealed) in (0, 3)))`,
  sql`create index secret_erased on secret (changed_at) where sealed is null`,
  sql`create table canary (kek_id text primary key, wrapped_key bytea not null)`,
  sql`create table ticket (
    hash text primary key,
    plugin_id text not null,
    runner_id uuid,
    expires_at timestamptz not null)`,
  sql`create index ticket_expiry on ticket (expires_at)`,
  sql`create table runner (
    id uuid primary key,
    plugin_id text not null,
    public_key bytea not null,
    expires_at timestamptz not null)`,
  sql`create index runner_expiry on runner (expires_at)`,
  sql`create table audit (
    space_id text not null,
    sequence bigint not null,
    at timestamptz not null,
    who text not null,
    action text not null,
    connection_id text not null,
    outcome text not null,
    hash text not null,
    primary key (space_id, sequence))`,
  sql`create table audit_head (space_id text primary key, sequence bigint not null, hash text not null)`,
  // A fault of ours must not be able to change what was written; the chain shows what others do.
  sql`create function refuse_change() returns trigger language plpgsql as
    $$ begin raise exception 'the audit is append-only'; end $$`,
  sql`create trigger audit_append_only before update or delete or truncate on audit
    for each statement execute function refuse_change()`,
];

/** Beside its config a connection may have other secrets. */
const kinds = [
  sql`alter table secret add column kind text not null default 'config'`,
  sql`alter table secret drop constraint secret_pkey`,
  sql`alter table secret add primary key (kind, connection_id)`,
  sql`alter table secret alter column kind drop default`,
  sql`create index secret_key on secret (kek_id) where sealed is not null`,
];

export const migrations: Readonly<Record<string, Migration>> = {
  '0001-wallet': {
    async up(db: Kysely<unknown>): Promise<void> {
      for (const statement of statements) await statement.execute(db);
    },
  },
  '0002-kinds': {
    async up(db: Kysely<unknown>): Promise<void> {
      for (const statement of kinds) await statement.execute(db);
    },
  },
  '0003-oauth': {
    async up(db: Kysely<unknown>): Promise<void> {
      await createOutbox(db);
      await sql`create table oauth_grant (
        connection_id text primary key,
        space_id text not null,
        plugin_id text not null,
        revision int not null default 0,
        refusal jsonb,
        lease_id uuid,
        lease_until timestamptz,
        check (num_nulls(lease_id, lease_until) in (0, 2)))`.execute(db);
    },
  },
};
