import type { Pool } from 'pg';
import type { Connection } from '../connections/connection.ts';
import { checkIds } from './replay-quarantine.ts';

/** Forgets quarantined records of a connection, all of them when no ids are given; says how many. */
export async function dropQuarantine(
  pool: Pool,
  connection: Connection,
  ids: readonly string[],
): Promise<number> {
  checkIds(ids);
  const { rowCount } = await pool.query(
    `delete from quarantine
     where connection_key = $1 and (cardinality($2::uuid[]) = 0 or id = any ($2::uuid[]))`,
    [connection.key, ids],
  );
  return rowCount ?? 0;
}
