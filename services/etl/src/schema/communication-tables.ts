import { sql, type Kysely } from 'kysely';

/** Invocations that were taken, and what etl must know of connections to take events of channels. */
export async function createCommunication(db: Kysely<unknown>): Promise<void> {
  await sql`alter table connection add column plugin_type text not null default '',
    add column channel_type text not null default ''`.execute(db);
  await sql`create table invocation (
    connection_key int not null,
    invocation_id text not null,
    taken_at timestamptz not null default now(),
    primary key (connection_key, invocation_id)
  )`.execute(db);
  await sql`create index invocation_taken on invocation (taken_at)`.execute(db);
  // Whether a run is done with for good: until then its sweep must know of what others write.
  await sql`alter table run_fence add column completed boolean not null default false`.execute(db);
  // Messages and calls that were told of. Hashes: an id may be an address. What etl made itself no sweep takes away.
  await sql`create table channel_event (
    connection_key int not null,
    kind text not null,
    id bytea not null,
    is_made boolean not null,
    primary key (connection_key, kind, id)
  )`.execute(db);
  // Events name a conversation before it is made.
  await sql`create table awaited_conversation (
    connection_key int not null,
    thread_key text not null,
    id uuid not null,
    primary key (connection_key, thread_key)
  )`.execute(db);
}

/** Rules that led to what was sent, until the conversation is made anew. */
export async function noteCauses(db: Kysely<unknown>): Promise<void> {
  await sql`alter table changed_thread add column caused_by text[] not null default '{}'`.execute(
    db,
  );
}
