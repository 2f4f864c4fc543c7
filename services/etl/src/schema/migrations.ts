import { createOutbox } from '@made-open/postgres';
import { sql, type Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';
import { createCommunication, noteCauses } from './communication-tables.ts';
import { createConversations, createRestingThreads } from './conversation-tables.ts';
import { boundUploads, createFiles, noteSavers } from './file-tables.ts';
import { createPeople, createPersonErasures, markPersons } from './people-tables.ts';
import { createTags, findByTag } from './tag-tables.ts';

/** Columns of each entity's own; a finished migration never changes, so they are not taken from the models. */
const entityTables: Readonly<Record<string, string>> = {
  person: `display_name text, given_name text, family_name text, emails text[], phones text[], organization text,
    title text, birthday text, source_updated_at timestamptz`,
  message: `subject text, body text, sender text, recipients text[], thread_id text, sent_at timestamptz, channel_type text,
    direction text, source_updated_at timestamptz`,
  calendar_event: `title text, description text, location text, starts_at timestamptz, ends_at timestamptz, time_zone text,
    all_day boolean, organizer text, attendees text[], recurrence text, source_updated_at timestamptz`,
  document: `title text, "text" text, mime_type text, url text, path text, size_bytes double precision,
    authors text[], source_updated_at timestamptz`,
};

export const migrations: Readonly<Record<string, Migration>> = {
  '0001-entities': {
    up: async (db: Kysely<unknown>) => {
      await createConnections(db);
      await createRuns(db);
      await createQuarantine(db);
      for (const [table, columns] of Object.entries(entityTables))
        await createEntityTable(db, table, columns);
      await createOutbox(db);
    },
  },
  '0002-bounded-quarantine': { up: boundQuarantine },
  '0003-more-fields': { up: addFields },
  '0004-checkpoint-history': { up: rememberCheckpoints },
  '0005-conversations': { up: createConversations },
  '0006-people': { up: createPeople },
  '0007-erased-items': { up: createErasedItems },
  '0008-changed-persons': { up: markPersons },
  '0009-remap': { up: rememberRemap },
  '0010-sweeps-of-runs': { up: noteRunsOfSweeps },
  '0011-person-erasures': { up: createPersonErasures },
  '0012-resting-threads': { up: createRestingThreads },
  '0013-files': { up: createFiles },
  '0014-bounded-uploads': { up: boundUploads },
  '0015-savers-of-files': { up: noteSavers },
  '0016-checkpoint-versions': { up: noteCheckpointVersions },
  '0017-communication': { up: createCommunication },
  '0018-causes-of-threads': { up: noteCauses },
  '0019-tags': { up: createTags },
  '0020-entities-by-tag': { up: findByTag },
};

/** Everything that was saved before had the first form. */
async function noteCheckpointVersions(db: Kysely<unknown>): Promise<void> {
  for (const table of ['checkpoint', 'checkpoint_history'])
    await sql`alter table ${sql.id(table)} add column version int not null default 1`.execute(db);
  await sql`alter table run_fence add column checkpoint_version int not null default 1`.execute(db);
}

async function noteRunsOfSweeps(db: Kysely<unknown>): Promise<void> {
  await sql`alter table run_fence add column sweep_run_id text not null default ''`.execute(db);
  // The last decision of a connection, for an asker who did not get the answer.
  await sql`create table decided_sweep (
    connection_key int primary key references connection,
    run_id text not null,
    carried_out boolean not null,
    deleted bigint not null
  )`.execute(db);
}

/** With the fence, since each frame reads and writes it anyway. */
async function rememberRemap(db: Kysely<unknown>): Promise<void> {
  await sql`alter table run_fence add column is_remap boolean not null default false,
    add column remap_cursor text, add column remap_epoch bigint not null default 0`.execute(db);
}

async function createErasedItems(db: Kysely<unknown>): Promise<void> {
  await sql`create table erased_item (
    connection_key int not null,
    type text not null,
    hash bigint not null,
    primary key (connection_key, type, hash)
  )`.execute(db);
}

async function rememberCheckpoints(db: Kysely<unknown>): Promise<void> {
  await sql`create table checkpoint_history (
    connection_key int not null references connection,
    epoch bigint not null,
    state text not null,
    run_id text not null,
    saved_at timestamptz not null default now(),
    primary key (connection_key, epoch)
  )`.execute(db);
  await sql`insert into checkpoint_history (connection_key, epoch, state, run_id, saved_at)
    select connection_key, epoch, state, run_id, saved_at from checkpoint`.execute(db);
  await sql`alter table run_fence add column rewound_epoch bigint not null default 0`.execute(db);
}

const newColumns: Readonly<Record<string, string>> = {
  person: `middle_name text, nickname text, verified_emails text[], addresses json, organizations json, urls text[],
    photo_file_id text, notes text`,
  message:
    'body_html text, participants json, attachments json, in_reply_to text, is_read boolean, labels text[]',
  calendar_event: `attendee_details json, series_id text, original_starts_at timestamptz, status text,
    conference_url text, url text`,
  document: `source_created_at timestamptz, modified_by text, parent_id text, is_folder boolean, file_id text,
    checksum text, labels text[]`,
};

async function addFields(db: Kysely<unknown>): Promise<void> {
  for (const [table, columns] of Object.entries(newColumns)) {
    const added = columns.split(',').map((column) => `add column ${column.trim()}`);
    // Uncompressed, as the other lists.
    const lists = [...columns.matchAll(/(\w+) (?:text\[\]|json)/gu)].map(
      ([, column = '']) => `alter column "${column}" set storage external`,
    );
    await sql`alter table ${sql.id(table)} ${sql.raw([...added, ...lists].join(', '))}`.execute(db);
  }
  // Behind an expression, as the index of lists.
  await sql`create index message_thread on message ((connection_key + 0), thread_id, sent_at)
    where thread_id is not null`.execute(db);
  await sql`create index calendar_event_time on calendar_event ((connection_key + 0), starts_at)`.execute(
    db,
  );
}

/** Records that the sandbox did not hand over have none; those without an id are told apart by `slot`. */
async function boundQuarantine(db: Kysely<unknown>): Promise<void> {
  await sql`alter table run_fence add column has_unnamed boolean not null default false`.execute(
    db,
  );
  await sql`alter table quarantine add column slot bigint not null default 0,
    add column size_bytes bigint, alter column record drop not null`.execute(db);
  await sql`update quarantine set size_bytes = octet_length(record)`.execute(db);
  await sql`alter table quarantine alter column size_bytes set not null`.execute(db);
  await sql`alter table quarantine drop constraint quarantine_connection_key_type_external_id_key,
    add unique (connection_key, type, external_id, slot)`.execute(db);
}

async function createConnections(db: Kysely<unknown>): Promise<void> {
  await sql`create table connection (
    key int generated always as identity primary key,
    id text not null unique,
    space_id text not null,
    plugin_id text not null,
    grants text[] not null,
    generation bigint not null,
    mapping_version bigint not null,
    state text not null
  )`.execute(db);
  await sql`create index connection_space on connection (space_id)`.execute(db);
}

async function createRuns(db: Kysely<unknown>): Promise<void> {
  // Exists from the first news of a connection on, so that a frame always finds a row to lock.
  await sql`create table run_fence (
    connection_key int primary key references connection,
    run_id text not null default '',
    epoch bigint not null default 0,
    attempt bigint not null default 0,
    frame bigint not null default -1,
    ended boolean not null default false,
    sweep_held boolean not null default false,
    fault text,
    items bigint not null default 0,
    created bigint not null default 0,
    updated bigint not null default 0,
    deleted bigint not null default 0,
    unchanged bigint not null default 0,
    quarantined bigint not null default 0,
    events bigint not null default 0
  ) with (fillfactor = 50)`.execute(db);
  await sql`create table checkpoint (
    connection_key int primary key references connection,
    state text not null,
    run_id text not null,
    epoch bigint not null,
    saved_at timestamptz not null default now()
  )`.execute(db);
  await sql`create table seen (
    connection_key int not null,
    run_id text not null,
    type text not null,
    ids text[] not null
  )`.execute(db);
  await sql`alter table seen alter column ids set storage external`.execute(db);
  await sql`create index seen_run on seen (connection_key, run_id, type)`.execute(db);
  // What a full pass found gone at the source and is not deleted yet.
  await sql`create table sweep (
    connection_key int not null,
    type text not null,
    external_id text not null,
    primary key (connection_key, type, external_id)
  )`.execute(db);
}

async function createQuarantine(db: Kysely<unknown>): Promise<void> {
  await sql`create table quarantine (
    id uuid primary key,
    connection_key int not null references connection,
    run_id text not null,
    type text not null,
    external_id text not null,
    reason text not null,
    hash bigint not null,
    record bytea not null,
    created_at timestamptz not null default now(),
    unique (connection_key, type, external_id)
  )`.execute(db);
  await sql`create index quarantine_list on quarantine (connection_key, id)`.execute(db);
}

async function createEntityTable(
  db: Kysely<unknown>,
  table: string,
  columns: string,
): Promise<void> {
  // `raw` is json, not jsonb: building jsonb would cost more than all the rest of the row.
  await sql`create table ${sql.id(table)} (
    id uuid primary key,
    connection_key int not null,
    external_id text not null,
    version int not null,
    hash bigint not null,
    created_at timestamptz not null,
    updated_at timestamptz not null,
    ${sql.raw(columns)},
    attributes json,
    raw json not null,
    unique (connection_key, external_id)
  )`.execute(db);
  // Uncompressed, pg_column_size tells what they hold without reading it; pages are cut by that.
  for (const [, column = ''] of `${columns}, attributes text[]`.matchAll(/(\w+) text\[\]/gu))
    await sql`alter table ${sql.id(table)} alter column ${sql.id(column)} set storage external`.execute(
      db,
    );
  // Behind an expression: led by the bare column it was taken for probes of (connection_key, external_id) by plans
  // made while the table was empty, and each probe then walked through the whole connection.
  await sql`create index ${sql.id(`${table}_list`)} on ${sql.id(table)} ((connection_key + 0), updated_at, id)`.execute(
    db,
  );
}
