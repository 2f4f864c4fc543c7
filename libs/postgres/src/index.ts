export { ensureExtensions, ensureServiceRole, schemaName } from './administration.ts';
export {
  connectDatabase,
  connectionOptions,
  type Database,
  type DatabaseOptions,
} from './database.ts';
export { OutboxRefusedError, UnknownMigrationError } from './errors.ts';
export { migrate } from './migrate.ts';
export {
  appendOutbox,
  appendOutboxRows,
  createOutbox,
  type OutboxMessage,
  type OutboxTable,
} from './outbox.ts';
export { OutboxRelay, type OutboxRelayOptions, type OutboxRow } from './outbox-relay.ts';
