import { sql, type Transaction } from 'kysely';
import type { WalletTables } from '../vault/tables.ts';
import { nextRecord, type AuditEntry, type AuditHead, type AuditRecord } from './audit-entry.ts';
import { AuditLog } from './audit-log.ts';

export class PostgresAuditLog extends AuditLog {
  readonly #transaction: Transaction<WalletTables>;

  constructor(transaction: Transaction<WalletTables>) {
    super();
    this.#transaction = transaction;
  }

  override async append(entry: AuditEntry): Promise<void> {
    const { head, now } = await this.#lockHead(entry.spaceId);
    const { spaceId, connectionId, sequence, ...rest } = nextRecord(head, entry, now);
    await this.#transaction
      .insertInto('audit')
      .values({
        ...rest,
        space_id: spaceId,
        connection_id: connectionId,
        sequence: String(sequence),
      })
      .execute();
    await this.#transaction
      .updateTable('audit_head')
      .set({ sequence: String(sequence), hash: rest.hash })
      .where('space_id', '=', spaceId)
      .execute();
  }

  override async read(spaceId: string, behind: number, limit: number): Promise<AuditRecord[]> {
    const rows = await this.#transaction
      .selectFrom('audit')
      .selectAll()
      .where('space_id', '=', spaceId)
      .where('sequence', '>', String(behind))
      .orderBy('sequence')
      .limit(limit)
      .execute();
    return rows.map(({ space_id, connection_id: connectionId, sequence, ...rest }) => ({
      ...rest,
      spaceId: space_id,
      connectionId,
      sequence: Number(sequence),
    }));
  }

  override async heads(): Promise<ReadonlyMap<string, AuditHead>> {
    const { rows } = await sql<{ space_id: string; sequence: number; hash: string }>`
      select space_id, coalesce(sequence, 0)::float8 as sequence, coalesce(hash, '') as hash
      from audit_head full join (select distinct space_id from audit) as recorded using (space_id)
      order by space_id`.execute(this.#transaction);
    return new Map(rows.map(({ space_id: space, sequence, hash }) => [space, { sequence, hash }]));
  }

  /** The row lock keeps the order; milliseconds are what the hash has of the time. */
  async #lockHead(spaceId: string): Promise<{ head: AuditHead; now: Date }> {
    await this.#transaction
      .insertInto('audit_head')
      .values({ space_id: spaceId, sequence: '0', hash: '' })
      .onConflict((conflict) => conflict.doNothing())
      .execute();
    const { sequence, hash, now } = await this.#transaction
      .selectFrom('audit_head')
      .select([
        'sequence',
        'hash',
        sql<Date>`date_trunc('milliseconds', clock_timestamp())`.as('now'),
      ])
      .where('space_id', '=', spaceId)
      .forUpdate()
      .executeTakeFirstOrThrow();
    return { head: { sequence: Number(sequence), hash }, now };
  }
}
