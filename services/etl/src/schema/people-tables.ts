import { sql, type Kysely } from 'kysely';

export async function createPeople(db: Kysely<unknown>): Promise<void> {
  await sql`create table people_progress (
    connection_key int primary key references connection,
    updated_at timestamptz not null,
    id uuid not null
  )`.execute(db);
  await sql`create table person_identifier (
    entity_id uuid not null references person on delete cascade,
    space_id text not null,
    kind text not null,
    value text not null,
    primary key (entity_id, kind, value)
  )`.execute(db);
  await sql`create index person_identifier_value on person_identifier (space_id, kind, value)`.execute(
    db,
  );
  await sql`create table person_link (
    entity_id uuid primary key references person on delete cascade,
    person_id uuid not null,
    rule text not null,
    linked_at timestamptz not null default now()
  )`.execute(db);
  await sql`create index person_link_person on person_link (person_id)`.execute(db);
  await sql`create table person_decision (
    left_id uuid not null references person on delete cascade,
    right_id uuid not null references person on delete cascade,
    is_same boolean not null,
    decided_at timestamptz not null default now(),
    primary key (left_id, right_id)
  )`.execute(db);
  await sql`create index person_decision_right on person_decision (right_id)`.execute(db);
}

/** By triggers, as with threads: a mark is committed with its change, so no clock and no order of commits can hide it. */
export async function markPersons(db: Kysely<unknown>): Promise<void> {
  // One row for many records: it is written with each frame. Or, of links, for a person that a record has left.
  await sql`create table changed_persons (
    key bigint generated always as identity primary key,
    ids uuid[] not null,
    of_links boolean not null default false
  )`.execute(db);
  await sql`alter table changed_persons alter column ids set storage external`.execute(db);
  // An update may have taken away what a link was made of, an insert without identifiers changes nothing.
  await sql`create function mark_persons() returns trigger language plpgsql as $$
    begin
      insert into changed_persons (ids)
      select array_agg(m.id) from (
        select c.id, (row_number() over () - 1) / 500 as part from changed c
        where tg_op = 'UPDATE' or c.verified_emails is not null or c.phones is not null
      ) m group by m.part;
      return null;
    end $$`.execute(db);
  for (const event of ['insert', 'update'])
    await sql`create trigger ${sql.id(`mark_persons_${event}`)} after ${sql.raw(event)} on person
      referencing new table as changed for each statement execute function mark_persons()`.execute(
      db,
    );
  await markLeftPersons(db);
  // All of them once more: links that an earlier version has missed are found, too.
  await sql`insert into changed_persons (ids)
    select array_agg(m.id) from (
      select e.id, (row_number() over () - 1) / 500 as part from person e
      where e.verified_emails is not null or e.phones is not null
        or exists (select from person_identifier i where i.entity_id = e.id)
    ) m group by m.part`.execute(db);
  await sql`drop table people_progress`.execute(db);
}

/** When a record goes, those that it was linked with may have nothing else in common. */
async function markLeftPersons(db: Kysely<unknown>): Promise<void> {
  await sql`create function mark_left_person() returns trigger language plpgsql as $$
    begin
      insert into changed_persons (ids, of_links) values (array[old.person_id], true);
      return null;
    end $$`.execute(db);
  await sql`create trigger mark_left_person after delete on person_link
    for each row execute function mark_left_person()`.execute(db);
}

/** How far the search for mentions of a person that is being erased has come. */
export async function createPersonErasures(db: Kysely<unknown>): Promise<void> {
  await sql`create table person_erasure (
    space_id text not null,
    person_id uuid not null,
    connection_key int not null,
    model int not null,
    after text not null,
    moved_at timestamptz not null default now(),
    primary key (space_id, person_id)
  )`.execute(db);
}
