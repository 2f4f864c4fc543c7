import { Kysely, PostgresDialect, sql } from 'kysely';
import { Migrator, type Migration } from 'kysely/migration';
import { Pool } from 'pg';
import { connectionOptions, type DatabaseOptions } from './database.ts';
import { UnknownMigrationError } from './errors.ts';

/**
 * Brings the service's schema to this version under a lock, so that replicas may start together.
 * Names are `0001-…`; a finished migration never changes.
 */
export async function migrate(
  options: DatabaseOptions,
  migrations: Readonly<Record<string, Migration>>,
): Promise<void> {
  const pool = new Pool({ ...connectionOptions(options), max: 2 });
  pool.on('error', () => undefined);
  const db = new Kysely<unknown>({ dialect: new PostgresDialect({ pool }) });
  try {
    await refuseUnknown(db, options.schema, migrations);
    const migrator = new Migrator({
      db,
      provider: { getMigrations: () => Promise.resolve({ ...migrations }) },
      migrationTableSchema: options.schema,
    });
    const { error } = await migrator.migrateToLatest();
    if (error !== undefined)
      throw error instanceof Error ? error : new Error('a migration failed', { cause: error });
  } finally {
    await db.destroy();
  }
}

async function refuseUnknown(
  db: Kysely<unknown>,
  schema: string,
  migrations: Readonly<Record<string, Migration>>,
): Promise<void> {
  const table = await sql<{ known: boolean }>`
    select to_regclass(${`${schema}.kysely_migration`}) is not null as known`.execute(db);
  if (table.rows[0]?.known !== true) return;
  const done = await sql<{
    name: string;
  }>`select name from ${sql.table(`${schema}.kysely_migration`)}`.execute(db);
  const unknown = done.rows.find(({ name }) => !Object.hasOwn(migrations, name));
  if (unknown !== undefined) throw new UnknownMigrationError(schema, unknown.name);
}
