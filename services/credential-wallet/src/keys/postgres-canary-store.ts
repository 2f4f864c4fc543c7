import type { Transaction } from 'kysely';
import type { WalletTables } from '../vault/tables.ts';
import { CanaryStore } from './canary-store.ts';
import type { WrappedKey } from './key-provider.ts';

export class PostgresCanaryStore extends CanaryStore {
  readonly #transaction: Transaction<WalletTables>;

  constructor(transaction: Transaction<WalletTables>) {
    super();
    this.#transaction = transaction;
  }

  override list(): Promise<WrappedKey[]> {
    return this.#transaction
      .selectFrom('canary')
      .select(['kek_id as kekId', 'wrapped_key as wrapped'])
      .execute();
  }

  override async add({ kekId, wrapped }: WrappedKey): Promise<void> {
    await this.#transaction
      .insertInto('canary')
      .values({ kek_id: kekId, wrapped_key: wrapped })
      .onConflict((conflict) => conflict.doNothing())
      .execute();
  }
}
