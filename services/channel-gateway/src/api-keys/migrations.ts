import { sql, type Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';

export const migrations: Readonly<Record<string, Migration>> = {
  '0001-api-keys': {
    async up(db: Kysely<unknown>): Promise<void> {
      await sql`create table api_key (id text primary key, hash text not null, name text not null, space_id text not null, scopes text[] not null, expires_at timestamptz, created_at timestamptz not null default now())`.execute(
        db,
      );
    },
  },
};
