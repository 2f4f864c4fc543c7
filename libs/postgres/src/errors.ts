/** The database holds a migration that this version of the service does not know. */
export class UnknownMigrationError extends Error {
  override readonly name = 'UnknownMigrationError';
  readonly code = 'postgres.unknown_migration';
  readonly retry = 'never';

  constructor(schema: string, migration: string) {
    super(
      `schema ${schema} has the migration "${migration}", which this version does not know: ` +
        'the database was used by a newer version. Start that version, or restore a backup made before it.',
    );
  }
}
