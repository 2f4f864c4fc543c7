import { createOutbox } from '@made-open/postgres';
import { sql, type Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';

const ruleStatements = [
  sql`alter table rule
    alter column definition type json,
    add column fired_count bigint not null default 0,
    add column not_matched_count bigint not null default 0,
    add column last_fired_at timestamptz`,
  sql`create index rule_space on rule (space_id, id)`,
  sql`create table connection (
    connection_id text primary key,
    space_id text not null,
    plugin_id text not null,
    generation bigint not null,
    is_active boolean not null,
    operators text[] not null)`,
];

const executionStatements = [
  sql`drop table execution`,
  sql`create table execution (
    id uuid primary key,
    rule_id uuid not null references rule on delete cascade,
    space_id text not null,
    rule_version int not null,
    event_id text not null,
    event_type text not null,
    state text not null,
    started_at timestamptz not null default now(),
    ended_at timestamptz,
    reason json,
    caused_by text[] not null,
    event json,
    tries int not null default 0,
    wake_at timestamptz,
    unique (rule_id, event_id))`,
  sql`create index execution_page on execution (space_id, id)`,
  sql`create index execution_wake on execution (wake_at) where state = 'evaluating'`,
  sql`create index execution_ended on execution (ended_at) where ended_at is not null`,
  sql`create table evaluation (
    id uuid primary key,
    execution_id uuid not null references execution on delete cascade,
    place text not null,
    answer boolean,
    unique (execution_id, place))`,
  sql`create table action (
    execution_id uuid not null references execution on delete cascade,
    index int not null,
    kind text not null,
    content json not null,
    state text not null,
    tries int not null default 0,
    wake_at timestamptz not null default now(),
    error_code text,
    error_message text,
    result_id text,
    primary key (execution_id, index))`,
  sql`create index action_wake on action (wake_at) where state = 'pending'`,
];

const endpointStatements = [
  sql`create table endpoint (
    id uuid primary key,
    space_id text not null,
    name text not null,
    url text not null,
    subjects text[] not null,
    enabled boolean not null,
    disabled_reason text not null default '',
    failing_since timestamptz,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now())`,
  sql`create index endpoint_page on endpoint (space_id, id)`,
  sql`create table endpoint_delivery (
    id uuid primary key,
    endpoint_id uuid not null references endpoint on delete cascade,
    event_id text not null,
    event_type text not null,
    body text,
    state text not null,
    tries int not null default 0,
    http_status int not null default 0,
    error_code text not null default '',
    error_message text not null default '',
    created_at timestamptz not null default now(),
    last_try_at timestamptz,
    wake_at timestamptz,
    unique (endpoint_id, event_id))`,
  sql`create index endpoint_delivery_wake on endpoint_delivery (wake_at) where state = 'pending'`,
  sql`create index endpoint_delivery_page on endpoint_delivery (endpoint_id, id)`,
  sql`create index endpoint_delivery_created on endpoint_delivery (created_at)`,
];

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
  // Nothing was ever written to the first tables.
  '0002-executions': {
    async up(db: Kysely<unknown>): Promise<void> {
      for (const statement of [...ruleStatements, ...executionStatements, ...endpointStatements])
        await statement.execute(db);
      await createOutbox(db);
    },
  },
  // Who was asked, and what went wrong; an evaluation without an execution belongs to a trial.
  '0003-operators': {
    async up(db: Kysely<unknown>): Promise<void> {
      await sql`alter table evaluation
        alter column execution_id drop not null,
        add column connection_id text not null default '',
        add column error_code text,
        add column error_message text,
        add column is_permanent boolean not null default false,
        add column asked_at timestamptz not null default now()`.execute(db);
      await sql`alter table connection add column has_budget boolean not null default false`.execute(
        db,
      );
    },
  },
  // An execution under way goes by the rule as it was when its event came.
  '0004-versions': {
    async up(db: Kysely<unknown>): Promise<void> {
      await sql`create table rule_version (
        rule_id uuid not null references rule on delete cascade,
        version int not null,
        name text not null,
        definition json not null,
        created_at timestamptz not null default now(),
        primary key (rule_id, version))`.execute(db);
      await sql`insert into rule_version (rule_id, version, name, definition, created_at)
        select id, version, name, definition, updated_at from rule`.execute(db);
    },
  },
  // What is due is looked for endpoint by endpoint.
  '0005-due-deliveries': {
    async up(db: Kysely<unknown>): Promise<void> {
      await sql`drop index endpoint_delivery_wake`.execute(db);
      await sql`create index endpoint_delivery_due on endpoint_delivery (endpoint_id, wake_at)
        where state = 'pending'`.execute(db);
    },
  },
};
