import { sql, type Kysely, type Selectable } from 'kysely';
import { uuidv7 } from 'uuidv7';
import type { RuleDefinition } from '../definitions/rule-definition.ts';
import { pageOf, type Page, type PageRequest } from '../page.ts';
import type { RulesTables } from '../tables.ts';

import type { StoredRule } from './rule.ts';
import { RuleStore, type ChangedRule, type WantedRule } from './rule-store.ts';

export class PostgresRuleStore extends RuleStore {
  readonly #db: Kysely<RulesTables>;

  constructor(db: Kysely<RulesTables>) {
    super();
    this.#db = db;
  }

  override async create(wanted: WantedRule): Promise<StoredRule> {
    const row = await this.#db
      .insertInto('rule')
      .values({ id: uuidv7(), space_id: wanted.spaceId, version: 1, ...columnsOf(wanted) })
      .returningAll()
      .executeTakeFirstOrThrow();
    return ruleOf(row);
  }

  override async change(
    id: string,
    wanted: WantedRule,
    expectedVersion: number,
  ): Promise<ChangedRule> {
    const row = await this.#db
      .updateTable('rule')
      .set({ ...columnsOf(wanted), version: sql`version + 1`, updated_at: sql`now()` })
      .where('id', '=', id)
      .where('space_id', '=', wanted.spaceId)
      .$if(expectedVersion > 0, (query) => query.where('version', '=', expectedVersion))
      .returningAll()
      .executeTakeFirst();
    if (row !== undefined) return ruleOf(row);
    return (await this.find(wanted.spaceId, id)) === undefined ? 'absent' : 'changed meanwhile';
  }

  override async find(spaceId: string, id: string): Promise<StoredRule | undefined> {
    const row = await this.#db
      .selectFrom('rule')
      .selectAll()
      .where('space_id', '=', spaceId)
      .where('id', '=', id)
      .executeTakeFirst();
    return row === undefined ? undefined : ruleOf(row);
  }

  override async list(spaceId: string, { limit, cursor }: PageRequest): Promise<Page<StoredRule>> {
    const rows = await this.#db
      .selectFrom('rule')
      .selectAll()
      .where('space_id', '=', spaceId)
      .$if(cursor !== '', (query) => query.where('id', '>', cursor))
      .orderBy('id')
      .limit(limit + 1)
      .execute();
    return pageOf(rows.map(ruleOf), limit);
  }

  override async remove(spaceId: string, id: string): Promise<boolean> {
    const { numDeletedRows } = await this.#db
      .deleteFrom('rule')
      .where('space_id', '=', spaceId)
      .where('id', '=', id)
      .executeTakeFirst();
    return numDeletedRows > 0n;
  }

  override async enabled(spaceIds: readonly string[]): Promise<StoredRule[]> {
    const rows = await this.#db
      .selectFrom('rule')
      .selectAll()
      .where('space_id', 'in', [...spaceIds])
      .where('enabled', '=', true)
      .orderBy('id')
      .execute();
    return rows.map(ruleOf);
  }

  override async countNotMatched(counts: ReadonlyMap<string, number>): Promise<void> {
    if (counts.size === 0) return;
    // In one order, so that two replicas never wait for each other.
    const sorted = [...counts].toSorted(([left], [right]) => (left < right ? -1 : 1));
    for (const [id, count] of sorted)
      await this.#db
        .updateTable('rule')
        .set({ not_matched_count: sql`not_matched_count + ${count}` })
        .where('id', '=', id)
        .execute();
  }
}

function columnsOf({ name, enabled, definition }: WantedRule) {
  return { name, enabled, definition: JSON.stringify(definition) };
}

function ruleOf(row: Selectable<RulesTables['rule']>): StoredRule {
  return {
    id: row.id,
    spaceId: row.space_id,
    name: row.name,
    enabled: row.enabled,
    version: row.version,
    // It was checked before it was stored.
    definition: row.definition as RuleDefinition, // oxlint-disable-line typescript/no-unsafe-type-assertion -- readDefinition made it
    createdAt: row.created_at,
    updatedAt: row.updated_at,
    firedCount: Number(row.fired_count),
    notMatchedCount: Number(row.not_matched_count),
    lastFiredAt: row.last_fired_at ?? undefined,
  };
}
