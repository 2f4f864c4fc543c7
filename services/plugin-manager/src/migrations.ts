import { createOutbox } from '@made-open/postgres';
import { sql, type Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';
import { importTable } from './http-manifests/import-table.ts';

const scaling = [
  `create table scaling (
    plugin_id text primary key references plugin on delete cascade,
    revision int not null,
    min int,
    max int,
    replicas int
  )`,
  `create table scaling_decision (
    id bigint generated always as identity primary key,
    plugin_id text not null references plugin on delete cascade,
    at timestamptz not null,
    "from" int not null,
    "to" int not null,
    reason text not null,
    message text not null,
    figures jsonb not null
  )`,
  'create index scaling_decision_plugin on scaling_decision (plugin_id, id)',
];

const tables = [
  `create table plugin (
    id text primary key,
    name text not null,
    type text not null,
    active_version text,
    approved text[] not null default '{}',
    created_at timestamptz not null default now()
  )`,
  `create table bundle (
    digest text primary key,
    content bytea not null
  )`,
  // A bundle is read in pieces, which compression would make slow.
  'alter table bundle alter column content set storage external',
  `create table plugin_version (
    plugin_id text not null references plugin,
    version text not null,
    position bigint generated always as identity,
    digest text not null,
    bundle_digest text not null references bundle,
    manifest text not null,
    created_at timestamptz not null default now(),
    primary key (plugin_id, version)
  )`,
  'create index plugin_version_position on plugin_version (plugin_id, position)',
  `create table connection (
    id text primary key,
    space_id text not null,
    plugin_id text not null references plugin,
    name text not null,
    is_paused boolean not null default false,
    config_revision int not null default 0,
    config_fields text[] not null default '{}',
    config_gaps text[] not null default '{}',
    generation int not null default 1,
    schedule text not null default '',
    time_zone text not null default '',
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now()
  )`,
  'create index connection_plugin on connection (plugin_id)',
  `create table api_key (
    id text primary key,
    hash text not null,
    name text not null,
    kind text not null,
    scopes text[] not null,
    space_id text not null,
    expires_at timestamptz not null,
    created_at timestamptz not null default now(),
    last_used_at timestamptz
  )`,
  `create table audit (
    id bigint generated always as identity primary key,
    at timestamptz not null default now(),
    who text not null,
    action text not null,
    target text not null,
    outcome text not null
  )`,
  `create table run_log (
    id bigint generated always as identity primary key,
    run_id text not null,
    connection_id text not null,
    at timestamptz not null,
    level text not null,
    message text not null,
    fields text not null
  )`,
  'create index run_log_run on run_log (run_id, id)',
  'create index run_log_connection on run_log (connection_id)',
  'create index run_log_at on run_log (at)',
];

const tasks = [
  `create table task (
    id uuid primary key default gen_random_uuid(),
    position bigint generated always as identity,
    connection_id text not null,
    kind text not null,
    run_id text,
    ids text[] not null,
    who text not null,
    state text not null default 'working',
    attempts int not null default 0,
    cursor text not null default '',
    affected bigint not null default 0,
    refused bigint not null default 0,
    error jsonb,
    free_at timestamptz not null default now(),
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now()
  )`,
  // One thing at a time goes on for a connection.
  `create unique index task_open on task (connection_id) where state = 'working'`,
  'create index task_connection on task (connection_id, position)',
  'create index task_run on task (run_id, position) where run_id is not null',
];

const deletedConnections = [
  `create table deleted_connection (
    id text primary key,
    space_id text not null,
    plugin_id text not null,
    name text not null,
    generation int not null,
    deleted_at timestamptz not null default now()
  )`,
  // Of those that are gone already only the audit knows, and no more than their ids.
  `insert into deleted_connection (id, space_id, plugin_id, name, generation, deleted_at)
    select substring(target for 36), 'default', '', '', 0, min(at) from audit
    where outcome = 'done' and target ~ '^[0-9a-f]{8}-[0-9a-f-]{27}(: 0)?$'
      and (action = 'connection.remove' or (action = 'connection.delete' and length(target) = 36))
    group by 1`,
];

const providers = [
  'alter table connection add column is_provider boolean not null default false',
  `create table provider_config (
    space_id text not null,
    plugin_id text not null references plugin on delete cascade,
    connection_id text not null unique references connection on delete cascade,
    settings jsonb not null,
    revision int not null default 1,
    primary key (space_id, plugin_id)
  )`,
  // Rows stay when nobody has the slot: a revision never begins anew.
  `create table provider_slot (
    space_id text not null,
    slot text not null,
    plugin_id text,
    connection_id text,
    revision int not null default 0,
    primary key (space_id, slot)
  )`,
  'create index provider_slot_connection on provider_slot (connection_id)',
];

export const migrations: Readonly<Record<string, Migration>> = {
  '0001-plugins': {
    async up(db: Kysely<unknown>): Promise<void> {
      for (const table of tables) await sql.raw(table).execute(db);
      await createOutbox(db);
    },
  },
  // What is there may have been looked at: it stays.
  '0002-releases': {
    async up(db: Kysely<unknown>): Promise<void> {
      await sql`alter table plugin_version add column is_released boolean not null default true`.execute(
        db,
      );
      await sql`alter table plugin_version alter column is_released set default false`.execute(db);
    },
  },
  '0003-connection-states': {
    async up(db: Kysely<unknown>): Promise<void> {
      await sql`alter table connection add column reauthentication jsonb, add column is_deleting boolean not null default false`.execute(
        db,
      );
    },
  },
  '0004-tasks': {
    async up(db: Kysely<unknown>): Promise<void> {
      for (const statement of tasks) await sql.raw(statement).execute(db);
    },
  },
  '0005-accounts': {
    async up(db: Kysely<unknown>): Promise<void> {
      await sql`alter table connection add column account_revision int not null default 0, add column token_field text`.execute(
        db,
      );
    },
  },
  // Where somebody has signed in there is a client; the wallet, which knows all of them, is asked at each start.
  '0006-plugin-accounts': {
    async up(db: Kysely<unknown>): Promise<void> {
      await sql`alter table plugin add column account jsonb`.execute(db);
      await sql`update plugin p set account = jsonb_build_object('tokenField', c.token_field, 'needsSignIn', true)
        from connection c where c.plugin_id = p.id and c.token_field is not null`.execute(db);
    },
  },
  '0007-task-faults': {
    async up(db: Kysely<unknown>): Promise<void> {
      await sql`alter table task add column faults int not null default 0`.execute(db);
    },
  },
  '0008-rollback': {
    async up(db: Kysely<unknown>): Promise<void> {
      await sql`alter table plugin add column activated_before text[] not null default '{}'`.execute(
        db,
      );
    },
  },
  '0009-run-settings': {
    async up(db: Kysely<unknown>): Promise<void> {
      await sql`alter table connection add column run_settings jsonb not null default '{}'`.execute(
        db,
      );
    },
  },
  '0010-stopped-plugins': {
    async up(db: Kysely<unknown>): Promise<void> {
      await sql`alter table plugin add column is_stopped boolean not null default false`.execute(
        db,
      );
    },
  },
  '0011-deleted-connections': {
    async up(db: Kysely<unknown>): Promise<void> {
      for (const statement of deletedConnections) await sql.raw(statement).execute(db);
    },
  },
  '0012-failures': {
    async up(db: Kysely<unknown>): Promise<void> {
      await sql`alter table connection add column newest_run text, add column failure jsonb`.execute(
        db,
      );
    },
  },
  '0013-connection-tests': {
    async up(db: Kysely<unknown>): Promise<void> {
      await sql`alter table connection add column asked_test jsonb, add column last_test jsonb`.execute(
        db,
      );
    },
  },
  '0014-scaling': of(scaling),
  '0015-canaries': {
    async up(db: Kysely<unknown>): Promise<void> {
      await sql`alter table plugin add column canary jsonb, add column last_canary jsonb`.execute(
        db,
      );
      await sql`create table canary_run (
        plugin_id text not null references plugin on delete cascade,
        run_id text not null,
        is_canary boolean not null,
        is_failed boolean not null,
        primary key (plugin_id, run_id, is_canary))`.execute(db);
    },
  },
  '0016-fleet': {
    async up(db: Kysely<unknown>): Promise<void> {
      await sql`create table runner_set (plugin_id text primary key, sets jsonb not null)`.execute(
        db,
      );
      await sql`create table runner_reset (
        plugin_id text primary key,
        asked bigint not null generated always as identity)`.execute(db);
    },
  },
  '0017-webhook-tokens': {
    async up(db: Kysely<unknown>): Promise<void> {
      await sql`alter table connection add column webhook_token_hash text`.execute(db);
    },
  },
  '0018-connection-signals': {
    async up(db: Kysely<unknown>): Promise<void> {
      await sql`alter table connection
        add column signals jsonb not null default '{}',
        add column told_state text`.execute(db);
      // What was tried before is not to be called untried.
      await sql`update connection set signals = '{"isTried": true}'
        where newest_run is not null or last_test is not null`.execute(db);
    },
  },
  '0019-logs-of-connections': {
    async up(db: Kysely<unknown>): Promise<void> {
      await sql`drop index run_log_connection`.execute(db);
      await sql`create index run_log_connection on run_log (connection_id, id)`.execute(db);
    },
  },
  '0020-providers': of(providers),
  '0021-http-manifests': of([importTable]),
  '0022-slot-notes': of(['alter table provider_slot add column note jsonb']),
};

function of(statements: readonly string[]): Migration {
  return {
    async up(db: Kysely<unknown>): Promise<void> {
      for (const statement of statements) await sql.raw(statement).execute(db);
    },
  };
}
