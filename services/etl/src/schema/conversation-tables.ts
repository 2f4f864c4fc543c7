import { sql, type Kysely } from 'kysely';

export async function createConversations(db: Kysely<unknown>): Promise<void> {
  // A thread's id may be of any length, a key of an index not.
  await sql`drop index message_thread`.execute(db);
  await sql`create index message_thread on message ((connection_key + 0), left(thread_id, 512), sent_at)
    where thread_id is not null`.execute(db);
  await sql`create table conversation (
    id uuid primary key,
    connection_key int not null,
    external_id text not null,
    version int not null,
    created_at timestamptz not null,
    updated_at timestamptz not null,
    subject text,
    participants text[],
    channel_type text,
    message_count float8,
    first_message_at timestamptz,
    last_message_at timestamptz,
    last_message_id text,
    attributes json,
    unique (connection_key, external_id)
  )`.execute(db);
  await sql`alter table conversation alter column participants set storage external`.execute(db);
  await sql`create index conversation_list on conversation ((connection_key + 0), updated_at, id)`.execute(
    db,
  );
  await sql`create index conversation_time on conversation ((connection_key + 0), last_message_at)`.execute(
    db,
  );
  // Threads whose conversation is to be made anew.
  await sql`create table changed_thread (
    connection_key int not null,
    thread_key text not null,
    marked_at timestamptz not null default now(),
    primary key (connection_key, thread_key)
  )`.execute(db);
  await markThreads(db);
}

/** By triggers: whoever writes messages, by COPY, update or a sweep, need not think of conversations. */
async function markThreads(db: Kysely<unknown>): Promise<void> {
  // The update locks a mark that is there: it may not be taken before the messages are committed.
  await sql`create function mark_threads() returns trigger language plpgsql as $$
    begin
      insert into changed_thread (connection_key, thread_key)
      select distinct m.connection_key, left(m.thread_id, 512) from changed m where m.thread_id is not null order by 1, 2
      on conflict (connection_key, thread_key) do update set marked_at = now();
      return null;
    end $$`.execute(db);
  const triggers: readonly [string, string][] = [
    ['insert', 'new'],
    ['update', 'old'],
    ['update', 'new'],
    ['delete', 'old'],
  ];
  for (const [event, side] of triggers)
    await sql`create trigger ${sql.id(`mark_threads_${event}_${side}`)} after ${sql.raw(event)} on message
      referencing ${sql.raw(side)} table as changed for each statement execute function mark_threads()`.execute(
      db,
    );
  await sql`insert into changed_thread (connection_key, thread_key)
    select distinct connection_key, left(thread_id, 512) from message where thread_id is not null`.execute(
    db,
  );
}

/** Long threads that were made anew a moment ago. */
export async function createRestingThreads(db: Kysely<unknown>): Promise<void> {
  await sql`create table resting_thread (
    connection_key int not null,
    thread_key text not null,
    until timestamptz not null,
    primary key (connection_key, thread_key)
  )`.execute(db);
}
