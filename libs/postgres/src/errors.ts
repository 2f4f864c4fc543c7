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

/** A message of the outbox that can never be published; it lies in `outbox_refused`, and those behind it go on. */
export class OutboxRefusedError extends Error {
  override readonly name = 'OutboxRefusedError';
  readonly code = 'postgres.outbox_refused';
  readonly retry = 'never';

  constructor(row: { readonly id: string; readonly subject: string }, cause: unknown) {
    super(
      `message ${row.id} of the outbox, for ${row.subject}, cannot be published and was moved to outbox_refused`,
      { cause },
    );
  }
}
