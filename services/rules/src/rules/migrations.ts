import { sql, type Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';

/** Rules, and what became of each event that one was held against: once, however often the event comes. */
export const migrations: Readonly<Record<string, Migration>> = {
  '0001-rules': {
    async up(db: Kysely<unknown>): Promise<void> {
      await sql`create table rule (
        id uuid primary key,
        space_id text not null,
        name text not null,
        enabled boolean not null,
        version int not null,
        definition jsonb not null,
        created_at timestamptz not null default now(),
        updated_at timestamptz not null default now()
      )`.execute(db);
      await sql`create table execution (
        id uuid primary key,
        rule_id uuid not null references rule,
        event_id text not null,
        outcome text not null,
        at timestamptz not null default now(),
        unique (rule_id, event_id)
      )`.execute(db);
    },
  },
};
