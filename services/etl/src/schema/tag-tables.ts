import { sql, type Kysely } from 'kysely';

/** Of entities of every type: no write of a source reaches it. */
export async function createTags(db: Kysely<unknown>): Promise<void> {
  await sql`create table entity_tag (
    entity_id uuid not null,
    tag text collate "C" not null,
    tagged_at timestamptz not null default now(),
    primary key (entity_id, tag)
  )`.execute(db);
  // By triggers: whoever deletes entities, a frame, a sweep or an erasure, need not think of tags.
  await sql`create function remove_tags() returns trigger language plpgsql as $$
    begin
      delete from entity_tag where entity_id = any (array(select g.id from gone g));
      return null;
    end $$`.execute(db);
  for (const table of ['person', 'message', 'calendar_event', 'document', 'conversation'])
    await sql`create trigger remove_tags after delete on ${sql.id(table)}
      referencing old table as gone for each statement execute function remove_tags()`.execute(db);
}

/** Lists of entities may be narrowed by a tag. */
export async function findByTag(db: Kysely<unknown>): Promise<void> {
  await sql`create index entity_tag_tag on entity_tag (tag, entity_id)`.execute(db);
}
