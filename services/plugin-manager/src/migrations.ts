import { createOutbox } from '@made-open/postgres';
import { sql, type Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';

export const migrations: Readonly<Record<string, Migration>> = {
  '0001-plugins': {
    async up(db: Kysely<unknown>): Promise<void> {
      await sql`create table plugin (id text primary key, name text not null, type text not null, active_version text, approved text[] not null default '{}', created_at timestamptz not null default now())`.execute(
        db,
      );
      await sql`create table plugin_version (
        plugin_id text not null references plugin, version text not null, digest text not null, bundle_digest text not null, manifest text not null,
        permissions text[] not null, created_at timestamptz not null default now(), primary key (plugin_id, version))`.execute(
        db,
      );
      await sql`create table bundle (digest text primary key, content bytea not null)`.execute(db);
      await sql`create table connection (
        id text primary key, space_id text not null, plugin_id text not null references plugin, name text not null, is_paused boolean not null default false,
        is_deleted boolean not null default false, missing text[] not null, generation int not null default 1, schedule text not null, time_zone text not null,
        created_at timestamptz not null default now(), updated_at timestamptz not null default now())`.execute(
        db,
      );
      await sql`create table api_key (id text primary key, hash text not null, name text not null, scopes text[] not null, space_id text not null, expires_at timestamptz, created_at timestamptz not null default now())`.execute(
        db,
      );
      await sql`create table audit (id bigint generated always as identity primary key, at timestamptz not null default now(), who text not null, action text not null, target text not null, outcome text not null)`.execute(
        db,
      );
      await sql`create table run_log (id bigint generated always as identity primary key, run_id text not null, connection_id text not null, at timestamptz not null, level text not null, message text not null, fields text not null)`.execute(
        db,
      );
      await sql`create index run_log_run on run_log (run_id, id)`.execute(db);
      await createOutbox(db);
    },
  },
};
