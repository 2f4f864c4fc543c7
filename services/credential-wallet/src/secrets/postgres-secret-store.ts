import { sql, type Transaction } from 'kysely';
import type { WalletTables } from '../vault/tables.ts';
import type { Envelope, SecretOwner } from './envelope.ts';
import { SecretStore, type StoredSecret } from './secret-store.ts';

const keptAfterErasure = sql.lit('1 day');

export class PostgresSecretStore extends SecretStore {
  readonly #transaction: Transaction<WalletTables>;

  constructor(transaction: Transaction<WalletTables>) {
    super();
    this.#transaction = transaction;
  }

  override async find(connectionId: string): Promise<StoredSecret | undefined> {
    const row = await this.#transaction
      .selectFrom('secret')
      .selectAll()
      .where('connection_id', '=', connectionId)
      .executeTakeFirst();
    if (row === undefined) return undefined;
    const { kek_id: kekId, wrapped_key: wrapped, sealed } = row;
    const isErased = kekId === null || wrapped === null || sealed === null;
    return {
      owner: {
        spaceId: row.space_id,
        pluginId: row.plugin_id,
        connectionId,
        revision: row.revision,
      },
      envelope: isErased ? undefined : { kekId, wrapped, sealed },
    };
  }

  override async put(owner: SecretOwner, envelope: Envelope): Promise<boolean> {
    const value = {
      revision: owner.revision,
      kek_id: envelope.kekId,
      wrapped_key: envelope.wrapped,
      sealed: envelope.sealed,
    };
    const key = {
      connection_id: owner.connectionId,
      space_id: owner.spaceId,
      plugin_id: owner.pluginId,
    };
    const written =
      owner.revision === 1
        ? await this.#transaction
            .insertInto('secret')
            .values({ ...key, ...value })
            .onConflict((conflict) => conflict.doNothing())
            .returning('revision')
            .execute()
        : await this.#transaction
            .updateTable('secret')
            .set({ ...value, changed_at: sql`now()` })
            .where('connection_id', '=', owner.connectionId)
            .where('revision', '=', owner.revision - 1)
            .where('sealed', 'is not', null)
            .returning('revision')
            .execute();
    return written.length === 1;
  }

  override async erase(connectionId: string): Promise<boolean> {
    const erased = await this.#transaction
      .updateTable('secret')
      .set({ kek_id: null, wrapped_key: null, sealed: null, changed_at: sql`now()` })
      .where('connection_id', '=', connectionId)
      .where('sealed', 'is not', null)
      .returning('connection_id')
      .execute();
    // Requests live for seconds: what could come late has come by then.
    await this.#transaction
      .deleteFrom('secret')
      .where('sealed', 'is', null)
      .where('changed_at', '<', sql<Date>`now() - interval ${keptAfterErasure}`)
      .execute();
    return erased.length === 1;
  }
}
