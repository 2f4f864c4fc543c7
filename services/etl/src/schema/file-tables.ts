import { sql, type Kysely } from 'kysely';

export async function createFiles(db: Kysely<unknown>): Promise<void> {
  // A content is kept once in a space; the object is where the store has it.
  await sql`create table file (
    space_id text not null,
    file_id text not null,
    object uuid not null unique,
    size_bytes bigint not null,
    chunks int not null,
    created_at timestamptz not null default now(),
    primary key (space_id, file_id)
  )`.execute(db);
  // Which connection holds it: who did not save a content may not name it, though its digest can be guessed.
  await sql`create table file_save (
    connection_key int not null references connection,
    file_id text not null,
    space_id text not null,
    name text not null,
    mime_type text not null,
    saved_at timestamptz not null default now(),
    used_at timestamptz not null default now(),
    primary key (connection_key, file_id),
    foreign key (space_id, file_id) references file
  )`.execute(db);
  await sql`create index file_save_file on file_save (space_id, file_id, saved_at)`.execute(db);
  await sql`create index file_save_used on file_save (used_at)`.execute(db);
  await sql`create table file_upload (
    object uuid primary key,
    connection_key int not null references connection,
    upload_id uuid not null,
    chunks int not null default 0,
    size_bytes bigint not null default 0,
    file_id text,
    began_at timestamptz not null default now(),
    unique (connection_key, upload_id)
  )`.execute(db);
  await sql`create index file_upload_began on file_upload (began_at)`.execute(db);
  // Objects that nothing names any more; the row goes behind the content.
  await sql`create table file_trash (object uuid primary key)`.execute(db);
  await sql`create table file_reference (
    entity_id uuid not null,
    file_id text not null,
    connection_key int not null,
    primary key (entity_id, file_id)
  )`.execute(db);
  await sql`create index file_reference_file on file_reference (connection_key, file_id)`.execute(
    db,
  );
  for (const [table, files] of Object.entries(namedFiles)) await keepReferences(db, table, files);
}

/** Who sends an upload, what its connection held when it began, and when its last part came. */
export async function boundUploads(db: Kysely<unknown>): Promise<void> {
  await sql`alter table file_upload add column epoch bigint not null default 0,
    add column attempt bigint not null default 0, add column held_bytes bigint not null default 0`.execute(
    db,
  );
  await sql`alter table file_upload rename column began_at to moved_at`.execute(db);
}

/** Which attempt saved a file last: one that goes on may still name it. */
export async function noteSavers(db: Kysely<unknown>): Promise<void> {
  await sql`alter table file_save add column epoch bigint not null default 0,
    add column attempt bigint not null default 0`.execute(db);
}

/** The files that the rows of a transition table name. */
const namedFiles: Readonly<Record<string, (rows: string) => string>> = {
  person: (rows) =>
    `select id, connection_key, photo_file_id as file_id from ${rows} where photo_file_id is not null`,
  document: (rows) => `select id, connection_key, file_id from ${rows} where file_id is not null`,
  message: (rows) =>
    `select r.id, r.connection_key, a ->> 'file_id' as file_id
     from ${rows} r cross join lateral json_array_elements(r.attachments) a
     where r.attachments is not null and a ->> 'file_id' is not null`,
};

/** By triggers, as with threads: whoever writes or removes entities, by COPY, update or a sweep, need not think of files. */
async function keepReferences(
  db: Kysely<unknown>,
  table: string,
  files: (rows: string) => string,
): Promise<void> {
  const forget = `delete from file_reference f using (${files('old_rows')}) o where f.entity_id = o.id;`;
  const note = `insert into file_reference (entity_id, file_id, connection_key)
    select id, file_id, connection_key from (${files('new_rows')}) n on conflict do nothing;`;
  const cases: readonly [event: string, tables: string, work: string][] = [
    ['insert', 'new table as new_rows', note],
    ['update', 'old table as old_rows new table as new_rows', `${forget} ${note}`],
    ['delete', 'old table as old_rows', forget],
  ];
  for (const [event, tables, work] of cases) {
    const name = `keep_files_${table}_${event}`;
    await sql`create function ${sql.id(name)}() returns trigger language plpgsql as $$
      begin
        ${sql.raw(work)}
        return null;
      end $$`.execute(db);
    await sql`create trigger ${sql.id(name)} after ${sql.raw(event)} on ${sql.id(table)}
      referencing ${sql.raw(tables)} for each statement execute function ${sql.id(name)}()`.execute(
      db,
    );
  }
}
