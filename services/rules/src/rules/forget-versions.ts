import { sql, type Kysely } from 'kysely';
import type { RulesTables } from '../tables.ts';

/** Removes earlier versions of rules by which no execution goes any more; gives how many. */
export async function forgetVersions(
  db: Kysely<RulesTables>,
  days: number,
  limit: number,
): Promise<number> {
  const { numAffectedRows } = await sql`delete from rule_version where (rule_id, version) in (
      select v.rule_id, v.version from rule_version v join rule r on r.id = v.rule_id
      where v.version < r.version and v.created_at < now() - ${days} * interval '1 day'
        and not exists (select from execution e
          where e.rule_id = v.rule_id and e.rule_version = v.version and e.ended_at is null)
      limit ${limit})`.execute(db);
  return Number(numAffectedRows ?? 0n);
}
