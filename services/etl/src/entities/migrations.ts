import { createOutbox } from '@made-open/postgres';
import { sql, type Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';
import { entityDefinitions, type ColumnKind } from './entity-types.ts';

const sqlTypes: Readonly<Record<ColumnKind, string>> = {
  text: 'text',
  texts: "text[] not null default '{}'",
  time: 'timestamptz',
  flag: 'boolean',
  number: 'double precision',
};

export const migrations: Readonly<Record<string, Migration>> = {
  '0001-entities': {
    async up(db: Kysely<unknown>): Promise<void> {
      await sql`create table connection (
        id text primary key, key int generated always as identity unique, space_id text not null, plugin_id text not null,
        grants text[] not null, generation int not null, mapping_version int not null, state int not null)`.execute(
        db,
      );
      // One row for each connection: what of which run was taken last.
      await sql`create table fence (
        connection_id text primary key references connection, run_id text not null, epoch bigint not null, attempt int not null,
        frame int not null, ended boolean not null, counts json not null, sweep_held boolean not null)`.execute(
        db,
      );
      await sql`create table checkpoint (
        connection_id text primary key references connection, run_id text not null, epoch bigint not null, state json not null,
        saved_at timestamptz not null default now())`.execute(db);
      await sql`create table seen (id bigint generated always as identity primary key, connection_id text not null, run_id text not null, type text not null, ids text[] not null)`.execute(
        db,
      );
      await sql`create index seen_run on seen (connection_id, run_id, type)`.execute(db);
      await sql`create table quarantine (
        id uuid primary key, connection_id text not null references connection, run_id text not null, type text not null, external_id text not null,
        reason text not null, item text not null, created_at timestamptz not null default now(), unique (connection_id, type, external_id))`.execute(
        db,
      );
      for (const { table, columns } of entityDefinitions) {
        const fields = columns.map(({ column, kind }) => `${column} ${sqlTypes[kind]}`).join(', ');
        await sql
          .raw(
            `create table ${table} (
          id uuid primary key, connection_key int not null references connection (key), space_id text not null, external_id text not null,
          version int not null, hash bigint not null, ${fields}, attributes json, raw json not null,
          created_at timestamptz not null, updated_at timestamptz not null, unique (connection_key, external_id))`,
          )
          .execute(db);
        await sql.raw(`create index ${table}_page on ${table} (space_id, id)`).execute(db);
      }
      await createOutbox(db);
    },
  },
};
