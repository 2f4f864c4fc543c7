import { sql, type Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';

export const migrations: Readonly<Record<string, Migration>> = {
  '0001-search-documents': {
    async up(db: Kysely<unknown>): Promise<void> {
      // What was applied of which entity. Deletions stay, so that a late creation brings nothing back; and a new
      // version with the same texts touches this small row alone. `hash` is that of the document, null when it is gone.
      await sql`create table indexed (
        entity_id uuid primary key,
        version int not null,
        hash bigint
      )`.execute(db);
      await sql`create table search_document (
        entity_id uuid primary key,
        space_id text not null,
        type smallint not null,
        connection_id text not null,
        title text not null,
        details text not null,
        body text not null,
        fts tsvector not null
      )`.execute(db);
      await sql`create index search_document_fts on search_document using gin (fts) with (fastupdate = on)`.execute(
        db,
      );
    },
  },
  '0002-plugin-of-documents': {
    async up(db: Kysely<unknown>): Promise<void> {
      // Empty for what was indexed before, until its entity changes.
      await sql`alter table search_document add column plugin_id text not null default ''`.execute(
        db,
      );
    },
  },
};
