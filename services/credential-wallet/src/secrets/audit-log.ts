import { createHash } from 'node:crypto';
import type { Pool } from 'pg';

/** One use of a config; never its value. */
export interface AuditEntry {
  readonly who: string;
  readonly action: 'put' | 'deliver' | 'delete' | 'bind';
  readonly connectionId: string;
  readonly outcome: string;
}

/** Append-only; each row holds a hash over itself and the row before, so that a removed or changed row shows. */
export class AuditLog {
  readonly #pool: Pool;

  constructor(pool: Pool) {
    this.#pool = pool;
  }

  async append(entry: AuditEntry): Promise<void> {
    const client = await this.#pool.connect();
    try {
      await client.query('begin');
      await client.query("select pg_advisory_xact_lock(hashtextextended('wallet-audit', 0))");
      const { rows } = await client.query<{ hash: string }>(
        'select hash from audit order by id desc limit 1',
      );
      const previous = rows[0]?.hash ?? '';
      await client.query(
        'insert into audit (who, action, connection_id, outcome, previous_hash, hash) values ($1, $2, $3, $4, $5, $6)',
        [
          entry.who,
          entry.action,
          entry.connectionId,
          entry.outcome,
          previous,
          hashOf(previous, entry),
        ],
      );
      await client.query('commit');
    } catch (error) {
      await client.query('rollback');
      throw error;
    } finally {
      client.release();
    }
  }

  /** Id of the first row that does not follow from the one before, or undefined when the chain is whole. */
  async firstBroken(): Promise<string | undefined> {
    const { rows } = await this.#pool.query<{
      id: string;
      who: string;
      action: AuditEntry['action'];
      connection_id: string;
      outcome: string;
      previous_hash: string;
      hash: string;
    }>('select * from audit order by id');
    let previous = '';
    for (const row of rows) {
      const entry = {
        who: row.who,
        action: row.action,
        connectionId: row.connection_id,
        outcome: row.outcome,
      };
      if (row.previous_hash !== previous || row.hash !== hashOf(previous, entry)) return row.id;
      previous = row.hash;
    }
    return undefined;
  }
}

function hashOf(previous: string, { who, action, connectionId, outcome }: AuditEntry): string {
  return createHash('sha256')
    .update(JSON.stringify([previous, who, action, connectionId, outcome]))
    .digest('hex');
}
