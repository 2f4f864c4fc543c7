import { sql, type Transaction } from 'kysely';
import type { WalletTables } from '../vault/tables.ts';
import { GrantStore, type AccountOwner, type Grant, type Refusal } from './grant-store.ts';

/** A lease goes by the database's clock, which all replicas share. */
export class PostgresGrantStore extends GrantStore {
  readonly #transaction: Transaction<WalletTables>;

  constructor(transaction: Transaction<WalletTables>) {
    super();
    this.#transaction = transaction;
  }

  override async find(connectionId: string): Promise<Grant | undefined> {
    const row = await this.#transaction
      .selectFrom('oauth_grant')
      .select(['revision', 'refusal'])
      .where('connection_id', '=', connectionId)
      .executeTakeFirst();
    return row && { revision: row.revision, refusal: row.refusal ?? undefined };
  }

  override async lease(owner: AccountOwner, leaseId: string, seconds: number): Promise<boolean> {
    const { rows } = await sql<{ connection_id: string }>`
      insert into oauth_grant as own (connection_id, space_id, plugin_id, lease_id, lease_until)
      values (${owner.connectionId}, ${owner.spaceId}, ${owner.pluginId}, ${leaseId}, now() + ${seconds} * interval '1 second')
      on conflict (connection_id) do update set lease_id = excluded.lease_id, lease_until = excluded.lease_until
      where own.lease_id is null or own.lease_until <= now()
      returning connection_id`.execute(this.#transaction);
    return rows.length === 1;
  }

  override async release(connectionId: string, leaseId: string): Promise<void> {
    await this.#transaction
      .updateTable('oauth_grant')
      .set({ lease_id: null, lease_until: null })
      .where('connection_id', '=', connectionId)
      .where('lease_id', '=', leaseId)
      .execute();
  }

  override async settle(owner: AccountOwner, refusal: Refusal | undefined): Promise<number> {
    const text = refusal === undefined ? null : JSON.stringify(refusal);
    const { rows } = await sql<{ revision: number }>`
      insert into oauth_grant as own (connection_id, space_id, plugin_id, revision, refusal)
      values (${owner.connectionId}, ${owner.spaceId}, ${owner.pluginId}, 1, ${text}::jsonb)
      on conflict (connection_id) do update
      set revision = own.revision + 1, refusal = excluded.refusal, lease_id = null, lease_until = null
      returning revision`.execute(this.#transaction);
    return rows[0]?.revision ?? 0;
  }

  override async remove(connectionId: string): Promise<void> {
    await this.#transaction
      .deleteFrom('oauth_grant')
      .where('connection_id', '=', connectionId)
      .execute();
  }
}
