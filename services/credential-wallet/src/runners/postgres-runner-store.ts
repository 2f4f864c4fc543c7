import { sql, type RawBuilder, type Transaction } from 'kysely';
import type { WalletTables } from '../vault/tables.ts';
import { RunnerStore, type RunnerKey, type Ticket } from './runner-store.ts';

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/u;

/** Expiry goes by the database's clock, which all replicas share. */
export class PostgresRunnerStore extends RunnerStore {
  readonly #transaction: Transaction<WalletTables>;

  constructor(transaction: Transaction<WalletTables>) {
    super();
    this.#transaction = transaction;
  }

  override async announce(
    { pluginId, ticketHash }: Ticket,
    lifetimeSeconds: number,
  ): Promise<void> {
    for (const table of ['ticket', 'runner'] as const)
      await this.#transaction
        .deleteFrom(table)
        .where('expires_at', '<', sql<Date>`now()`)
        .execute();
    await this.#transaction
      .insertInto('ticket')
      .values({
        hash: ticketHash,
        plugin_id: pluginId,
        runner_id: null,
        expires_at: expiry(lifetimeSeconds),
      })
      .onConflict((conflict) => conflict.doNothing())
      .execute();
  }

  override async bind(
    ticketHash: string,
    { runnerId, pluginId, publicKey }: RunnerKey,
    lifetimeSeconds: number,
  ): Promise<string | undefined> {
    const ticket = await this.#transaction
      .selectFrom('ticket')
      .select('runner_id')
      .where('hash', '=', ticketHash)
      .where('plugin_id', '=', pluginId)
      .where('expires_at', '>', sql<Date>`now()`)
      .forUpdate()
      .executeTakeFirst();
    if (ticket === undefined) return undefined;
    if (ticket.runner_id !== null) return this.#boundBefore(ticket.runner_id, publicKey);
    await this.#transaction
      .insertInto('runner')
      .values({
        id: runnerId,
        plugin_id: pluginId,
        public_key: Buffer.from(publicKey),
        expires_at: expiry(lifetimeSeconds),
      })
      .execute();
    await this.#transaction
      .updateTable('ticket')
      .set({ runner_id: runnerId })
      .where('hash', '=', ticketHash)
      .execute();
    return runnerId;
  }

  override async publicKey(pluginId: string, runnerId: string): Promise<Uint8Array | undefined> {
    if (!uuid.test(runnerId)) return undefined;
    const row = await this.#transaction
      .selectFrom('runner')
      .select('public_key')
      .where('id', '=', runnerId)
      .where('plugin_id', '=', pluginId)
      .where('expires_at', '>', sql<Date>`now()`)
      .executeTakeFirst();
    return row?.public_key;
  }

  async #boundBefore(runnerId: string, publicKey: Uint8Array): Promise<string | undefined> {
    const row = await this.#transaction
      .selectFrom('runner')
      .select('id')
      .where('id', '=', runnerId)
      .where('public_key', '=', Buffer.from(publicKey))
      .executeTakeFirst();
    return row?.id;
  }
}

function expiry(lifetimeSeconds: number): RawBuilder<Date> {
  return sql<Date>`now() + ${lifetimeSeconds} * interval '1 second'`;
}
