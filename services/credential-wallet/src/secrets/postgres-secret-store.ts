import { sql, type Selectable, type Transaction } from 'kysely';
import type { WrappedKey } from '../keys/key-provider.ts';
import type { WalletTables } from '../vault/tables.ts';
import type { Envelope, SecretKind, SecretOwner } from './envelope.ts';
import { SecretStore, type HeldSecret, type SecretKey, type StoredSecret } from './secret-store.ts';

const keptAfterErasure = sql.lit('1 day');

export class PostgresSecretStore extends SecretStore {
  readonly #transaction: Transaction<WalletTables>;

  constructor(transaction: Transaction<WalletTables>) {
    super();
    this.#transaction = transaction;
  }

  override async find(
    connectionId: string,
    kind: SecretKind = 'config',
  ): Promise<StoredSecret | undefined> {
    const row = await this.#transaction
      .selectFrom('secret')
      .selectAll()
      .where('kind', '=', kind)
      .where('connection_id', '=', connectionId)
      .executeTakeFirst();
    return row === undefined ? undefined : { owner: ownerOf(row), envelope: envelopeOf(row) };
  }

  override async put(owner: SecretOwner, envelope: Envelope): Promise<boolean> {
    if (owner.kind === 'oauth_attempt') await this.#forgetAttempts();
    const value = {
      revision: owner.revision,
      kek_id: envelope.kekId,
      wrapped_key: envelope.wrapped,
      sealed: envelope.sealed,
    };
    const written =
      owner.revision === 1
        ? await this.#transaction
            .insertInto('secret')
            .values({
              kind: owner.kind,
              connection_id: owner.connectionId,
              space_id: owner.spaceId,
              plugin_id: owner.pluginId,
              ...value,
            })
            .onConflict((conflict) => conflict.doNothing())
            .returning('revision')
            .execute()
        : await this.#transaction
            .updateTable('secret')
            .set({ ...value, changed_at: sql`now()` })
            .where('kind', '=', owner.kind)
            .where('connection_id', '=', owner.connectionId)
            .where('revision', '=', owner.revision - 1)
            .where('sealed', 'is not', null)
            .returning('revision')
            .execute();
    return written.length === 1;
  }

  /** Sign-ins that nobody came back from. */
  async #forgetAttempts(): Promise<void> {
    await this.#transaction
      .deleteFrom('secret')
      .where('kind', '=', 'oauth_attempt')
      .where('changed_at', '<', sql<Date>`now() - interval ${keptAfterErasure}`)
      .execute();
  }

  override async erase(connectionId: string): Promise<boolean> {
    const erased = await this.#transaction
      .updateTable('secret')
      .set({ kek_id: null, wrapped_key: null, sealed: null, changed_at: sql`now()` })
      .where('connection_id', '=', connectionId)
      // A plugin's client stays for its other connections, even if its id looks like that of a connection.
      .where('kind', '<>', 'oauth_client')
      .where('sealed', 'is not', null)
      .returning('connection_id')
      .execute();
    // Requests live for seconds: what could come late has come by then.
    await this.#transaction
      .deleteFrom('secret')
      .where('sealed', 'is', null)
      .where('changed_at', '<', sql<Date>`now() - interval ${keptAfterErasure}`)
      .execute();
    return erased.length > 0;
  }

  override async drop({ kind, connectionId }: SecretKey): Promise<boolean> {
    const dropped = await this.#transaction
      .deleteFrom('secret')
      .where('kind', '=', kind)
      .where('connection_id', '=', connectionId)
      .returning('connection_id')
      .execute();
    return dropped.length > 0;
  }

  override async countByKey(): Promise<ReadonlyMap<string, number>> {
    const rows = await this.#transaction
      .selectFrom('secret')
      .select(['kek_id as kekId', sql<number>`count(*)::int`.as('count')])
      .where('sealed', 'is not', null)
      .groupBy('kek_id')
      .execute();
    return new Map(rows.map(({ kekId, count }) => [kekId ?? '', count]));
  }

  override async notUnder(
    kekId: string,
    behind: SecretKey | undefined,
    limit: number,
  ): Promise<HeldSecret[]> {
    const rows = await this.#transaction
      .selectFrom('secret')
      .selectAll()
      .where('sealed', 'is not', null)
      .where('kek_id', '<>', kekId)
      .where(
        sql<boolean>`(kind collate "C", connection_id collate "C") > (${behind?.kind ?? ''}, ${behind?.connectionId ?? ''})`,
      )
      .orderBy(sql`kind collate "C", connection_id collate "C"`)
      .limit(limit)
      .execute();
    return rows.flatMap((row) => {
      const envelope = envelopeOf(row);
      return envelope === undefined ? [] : [{ owner: ownerOf(row), envelope }];
    });
  }

  override async under(kekId: string, limit: number): Promise<SecretOwner[]> {
    const rows = await this.#transaction
      .selectFrom('secret')
      .selectAll()
      .where('kek_id', '=', kekId)
      .orderBy('kind')
      .orderBy('connection_id')
      .limit(limit)
      .execute();
    return rows.map(ownerOf);
  }

  override async rewrap(owner: SecretOwner, from: WrappedKey, to: WrappedKey): Promise<boolean> {
    const changed = await this.#transaction
      .updateTable('secret')
      .set({ kek_id: to.kekId, wrapped_key: to.wrapped })
      .where('kind', '=', owner.kind)
      .where('connection_id', '=', owner.connectionId)
      .where('revision', '=', owner.revision)
      .where('wrapped_key', '=', from.wrapped)
      .returning('connection_id')
      .execute();
    return changed.length === 1;
  }
}

type Row = Selectable<WalletTables['secret']>;

function ownerOf(row: Row): SecretOwner {
  return {
    kind: row.kind,
    spaceId: row.space_id,
    pluginId: row.plugin_id,
    connectionId: row.connection_id,
    revision: row.revision,
  };
}

function envelopeOf({ kek_id: kekId, wrapped_key: wrapped, sealed }: Row): Envelope | undefined {
  const isErased = kekId === null || wrapped === null || sealed === null;
  return isErased ? undefined : { kekId, wrapped, sealed };
}
