import { createOutbox } from '@made-open/postgres';
import { sql, type Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';

/** QUEUED, RUNNING and PARKED; literals, since an index takes no parameters. */
const openStates = sql.raw('state in (1, 2, 5)');

const statements = [
  sql`create table schedule (
    connection_id text primary key,
    space_id text not null,
    plugin_id text not null,
    generation bigint not null,
    announced_at timestamptz not null,
    state text not null,
    cron text not null,
    time_zone text not null,
    next_due_at timestamptz,
    due_trigger text not null,
    last_success_at timestamptz)`,
  sql`create index schedule_due on schedule (next_due_at) where state = 'active'`,
  sql`create index schedule_deleted on schedule (announced_at) where state = 'deleted'`,
  // A uint32 on its way to etl.
  sql`create sequence epoch maxvalue 4294967295`,
  sql`create table run (
    id uuid primary key,
    connection_id text not null,
    space_id text not null,
    plugin_id text not null,
    trigger text not null,
    state int not null,
    epoch bigint not null,
    attempt bigint not null,
    slice int not null,
    retries int not null,
    queued_at timestamptz not null,
    started_at timestamptz,
    finished_at timestamptz,
    wake_at timestamptz,
    counts json,
    usage json,
    error json,
    sweep_held boolean not null)`,
  // Never two runs of one connection at a time, whatever else goes wrong.
  sql`create unique index run_open on run (connection_id) where ${openStates}`,
  sql`create index run_wake on run (wake_at) where ${openStates}`,
  sql`create index run_page on run (connection_id, id)`,
  sql`create index run_finished on run (finished_at) where finished_at is not null`,
];

export const migrations: Readonly<Record<string, Migration>> = {
  '0001-connections': {
    async up(db: Kysely<unknown>): Promise<void> {
      for (const statement of statements) await statement.execute(db);
      await createOutbox(db);
    },
  },
  '0002-progress': {
    async up(db: Kysely<unknown>): Promise<void> {
      await sql`alter table run add column frame bigint not null default 0`.execute(db);
    },
  },
  // Those that are there go on as before.
  '0003-schedule-policies': {
    async up(db: Kysely<unknown>): Promise<void> {
      await sql`alter table schedule
        add column jitter_seconds int,
        add column overlap text not null default 'skip',
        add column catch_up text not null default 'once',
        add column is_owed boolean not null default false`.execute(db);
    },
  },
  '0004-kinds': {
    async up(db: Kysely<unknown>): Promise<void> {
      // 1 is a sync.
      await sql`alter table run add column kind int not null default 1`.execute(db);
    },
  },
  '0005-request-budgets': {
    async up(db: Kysely<unknown>): Promise<void> {
      await sql`alter table schedule
        add column budget_requests int,
        add column budget_seconds int,
        add column bucket_tokens double precision,
        add column bucket_at timestamptz`.execute(db);
    },
  },
  '0006-config-revisions': {
    async up(db: Kysely<unknown>): Promise<void> {
      await sql`alter table schedule
        add column config_revision bigint not null default 0,
        add column failed_revision bigint`.execute(db);
      await sql`alter table run add column config_revision bigint not null default 0`.execute(db);
    },
  },
  '0007-canaries': {
    async up(db: Kysely<unknown>): Promise<void> {
      await sql`alter table schedule
        add column plugin_version text not null default '',
        add column canary_version text,
        add column canary_percent int,
        add column canary_owed boolean not null default false`.execute(db);
      await sql`alter table run
        add column plugin_version text not null default '',
        add column lane text not null default 'stable'`.execute(db);
    },
  },
  '0008-subscriptions': {
    async up(db: Kysely<unknown>): Promise<void> {
      await sql`alter table schedule add column is_hinted boolean not null default false`.execute(
        db,
      );
      await sql`alter table run add column is_throttled boolean not null default false`.execute(db);
      await sql`create table subscription (
        connection_id text not null,
        webhook text not null,
        space_id text not null,
        plugin_id text not null,
        wish text not null,
        is_verified boolean not null,
        url text not null,
        renew_before_seconds int,
        current json,
        call json,
        has_failed boolean not null,
        error json,
        next_at timestamptz,
        primary key (connection_id, webhook))`.execute(db);
      await sql`create index subscription_next on subscription (next_at) where next_at is not null`.execute(
        db,
      );
    },
  },
};
