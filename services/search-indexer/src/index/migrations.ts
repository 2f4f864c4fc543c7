import { sql, type Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';

export const migrations: Readonly<Record<string, Migration>> = {
  '0001-index': {
    async up(db: Kysely<unknown>): Promise<void> {
      // What was indexed of which entity; deletions stay, so that a late creation does not bring one back.
      await sql`create table indexed (entity_id uuid primary key, version int not null, deleted boolean not null)`.execute(
        db,
      );
      await sql`create table search_document (
        entity_id uuid primary key, space_id text not null, type int not null, connection_id text not null, title text not null, body text not null,
        fts tsvector not null)`.execute(db);
      await sql`create index search_document_fts on search_document using gin (fts)`.execute(db);
      await sql`create index search_document_title on search_document using gin (title public.gin_trgm_ops)`.execute(
        db,
      );
    },
  },
};
