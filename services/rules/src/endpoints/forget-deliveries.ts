import { sql, type Kysely } from 'kysely';
import type { RulesTables } from '../tables.ts';

/** Forgets what was noted for endpoints so many days ago; gives how many rows. */
export async function forgetDeliveries(
  db: Kysely<RulesTables>,
  days: number,
  limit: number,
): Promise<number> {
  const old = db
    .selectFrom('endpoint_delivery')
    .select('id')
    .where('created_at', '<', sql<Date>`now() - ${days} * interval '1 day'`)
    .limit(limit);
  const { numDeletedRows } = await db
    .deleteFrom('endpoint_delivery')
    .where('id', 'in', old)
    .executeTakeFirst();
  return Number(numDeletedRows);
}
