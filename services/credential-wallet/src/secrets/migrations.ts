import { sql, type Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';

export const migrations: Readonly<Record<string, Migration>> = {
  '0001-secrets': {
    async up(db: Kysely<unknown>): Promise<void> {
      await sql`create table secret (
        space_id text not null, connection_id text primary key, plugin_id text not null, revision int not null, kek_id text not null,
        wrapped_key bytea not null, sealed bytea not null, created_at timestamptz not null default now())`.execute(
        db,
      );
      await sql`create table canary (kek_id text primary key, wrapped_key bytea not null, sealed bytea not null)`.execute(
        db,
      );
      await sql`create table ticket (hash text primary key, plugin_id text not null, expires_at timestamptz not null)`.execute(
        db,
      );
      await sql`create table runner (id uuid primary key, plugin_id text not null, public_key bytea not null, expires_at timestamptz not null)`.execute(
        db,
      );
      await sql`create table audit (
        id bigint generated always as identity primary key, at timestamptz not null default now(), who text not null, action text not null,
        connection_id text not null, outcome text not null, previous_hash text not null, hash text not null)`.execute(
        db,
      );
    },
  },
};
