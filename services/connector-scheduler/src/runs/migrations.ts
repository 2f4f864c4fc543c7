import { createOutbox } from '@made-open/postgres';
import { sql, type Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';

export const migrations: Readonly<Record<string, Migration>> = {
  '0001-schedules': {
    async up(db: Kysely<unknown>): Promise<void> {
      await sql`create table schedule (
        connection_id text primary key, space_id text not null, plugin_id text not null, is_active boolean not null, generation int not null,
        cron text not null, time_zone text not null, next_due_at timestamptz not null, last_success_at timestamptz)`.execute(
        db,
      );
      await sql`create sequence epoch`.execute(db);
      await sql`create table run (
        id uuid primary key, connection_id text not null, space_id text not null, plugin_id text not null, state int not null, trigger text not null,
        epoch bigint not null, attempt int not null default 0, slice int not null default 1, retries int not null default 0,
        queued_at timestamptz not null default now(), started_at timestamptz, finished_at timestamptz, touched_at timestamptz not null default now(),
        resume_at timestamptz, counts json, usage json, error json, sweep_held boolean not null default false)`.execute(
        db,
      );
      // Never two runs of one connection at a time: states QUEUED, RUNNING and PARKED are open.
      await sql`create unique index run_open on run (connection_id) where state in (1, 2, 5)`.execute(
        db,
      );
      await sql`create index run_page on run (connection_id, id)`.execute(db);
      await createOutbox(db);
    },
  },
};
