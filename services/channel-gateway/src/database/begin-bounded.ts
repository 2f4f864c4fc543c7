import { sql, type Transaction } from 'kysely';
import type { GatewaySchema } from './migrations.ts';

/** A replica that stands still in its transaction must hold up the others neither for long nor with more than it has locked. */
export async function beginBounded(transaction: Transaction<GatewaySchema>): Promise<Date> {
  const { rows } = await sql<{ now: Date }>`
    select date_trunc('milliseconds', clock_timestamp()) as now,
      set_config('lock_timeout', '2s', true),
      set_config('idle_in_transaction_session_timeout', '20s', true)`.execute(transaction);
  const [row] = rows;
  if (row === undefined) throw new Error('PostgreSQL did not tell the time');
  return row.now;
}
