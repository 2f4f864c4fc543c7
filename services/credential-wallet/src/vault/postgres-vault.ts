import { sql, type Kysely } from 'kysely';
import { PostgresAuditLog } from '../audit/postgres-audit-log.ts';
import { PostgresCanaryStore } from '../keys/postgres-canary-store.ts';
import { PostgresAnnouncements } from '../oauth/postgres-announcements.ts';
import { PostgresGrantStore } from '../oauth/postgres-grant-store.ts';
import { PostgresRunnerStore } from '../runners/postgres-runner-store.ts';
import { PostgresSecretStore } from '../secrets/postgres-secret-store.ts';
import type { WalletTables } from './tables.ts';
import { Vault, type VaultStores } from './vault.ts';

export class PostgresVault extends Vault {
  readonly #db: Kysely<WalletTables>;

  constructor(db: Kysely<WalletTables>) {
    super();
    this.#db = db;
  }

  override transaction<T>(work: (stores: VaultStores) => Promise<T>): Promise<T> {
    return this.#db.transaction().execute(async (transaction) => {
      // A replica that stands still in its transaction holds the audit of its space: the others must not wait for ever.
      await sql`select set_config('lock_timeout', '4s', true),
        set_config('idle_in_transaction_session_timeout', '10s', true)`.execute(transaction);
      return work({
        secrets: new PostgresSecretStore(transaction),
        runners: new PostgresRunnerStore(transaction),
        canaries: new PostgresCanaryStore(transaction),
        audit: new PostgresAuditLog(transaction),
        grants: new PostgresGrantStore(transaction),
        announcements: new PostgresAnnouncements(transaction),
      });
    });
  }
}
