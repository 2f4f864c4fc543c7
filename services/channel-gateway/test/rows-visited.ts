import { sql, type Kysely, type RawBuilder } from 'kysely';

interface PlanNode {
  readonly 'Relation Name'?: string;
  readonly 'Actual Rows': number;
  readonly 'Actual Loops': number;
  readonly 'Rows Removed by Filter'?: number;
  readonly 'Rows Removed by Index Recheck'?: number;
  readonly 'Rows Removed by Join Filter'?: number;
  readonly Plans?: readonly PlanNode[];
}

/** How many rows of a table a query looks at, and pairs of rows that it compares in vain, as PostgreSQL counts them. */
export async function rowsVisited<S, T>(
  db: Kysely<S>,
  table: string,
  query: RawBuilder<T>,
): Promise<number> {
  await sql`analyze`.execute(db);
  const explained = sql<{
    'QUERY PLAN': readonly { readonly Plan: PlanNode }[];
  }>`explain (analyze, format json) ${query}`;
  const { rows } = await explained.execute(db);
  return rows.flatMap((row) => row['QUERY PLAN']).reduce((sum, { Plan }) => sum + of(Plan), 0);

  function of(node: PlanNode): number {
    const removed =
      (node['Rows Removed by Filter'] ?? 0) + (node['Rows Removed by Index Recheck'] ?? 0);
    const own =
      node['Relation Name'] === table ? (node['Actual Rows'] + removed) * node['Actual Loops'] : 0;
    const pairs = (node['Rows Removed by Join Filter'] ?? 0) * node['Actual Loops'];
    return (node.Plans ?? []).reduce((sum, child) => sum + of(child), own + pairs);
  }
}
