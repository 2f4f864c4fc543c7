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
    const id = uuidv7();
    const rule = await this.#versioned((db) =>
      db
        .insertInto('rule')
        .values({ id, space_id: wanted.spaceId, version: 1, ...columnsOf(wanted) })
        .returningAll()
        .executeTakeFirst(),
    );
    if (rule === undefined) throw new Error(`rule ${id} was not stored`);
    return rule;
  }

  override async change(
    id: string,
    wanted: WantedRule,
    expectedVersion: number,
  ): Promise<ChangedRule> {
    const changed = await this.#versioned((db) =>
      db
        .updateTable('rule')
        .set({ ...columnsOf(wanted), version: sql`version + 1`, updated_at: sql`now()` })
        .where('id', '=', id)
        .where('space_id', '=', wanted.spaceId)
        .$if(expectedVersion > 0, (query) => query.where('version', '=', expectedVersion))
        .returningAll()
        .executeTakeFirst(),
    );
    if (changed !== undefined) return changed;
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

  override async asOf(
    spaceId: string,
    id: string,
    version: number,
  ): Promise<StoredRule | undefined> {
    const row = await this.#db
      .selectFrom('rule')
      // A replica of an earlier release keeps no versions: then it is the rule as it is now.
      .leftJoin('rule_version', (join) =>
        join.onRef('rule_version.rule_id', '=', 'rule.id').on('rule_version.version', '=', version),
      )
      .selectAll('rule')
      .select(({ fn }) => [
        fn.coalesce('rule_version.version', 'rule.version').as('version'),
        fn.coalesce('rule_version.name', 'rule.name').as('name'),
        fn.coalesce('rule_version.definition', 'rule.definition').as('definition'),
      ])
      .where('rule.space_id', '=', spaceId)
      .where('rule.id', '=', id)
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

  /** Keeps what was written as a version, too. */
  #versioned(
    write: (db: Kysely<RulesTables>) => Promise<RuleRow | undefined>,
  ): Promise<StoredRule | undefined> {
    return this.#db.transaction().execute(async (trx) => {
      const row = await write(trx);
      if (row === undefined) return undefined;
      const { id, version, name } = row;
      const definition = JSON.stringify(row.definition);
      await trx
        .insertInto('rule_version')
        .values({ rule_id: id, version, name, definition })
        .execute();
      return ruleOf(row);
    });
  }
}

type RuleRow = Selectable<RulesTables['rule']>;

function columnsOf({ name, enabled, definition }: WantedRule) {
  return { name, enabled, definition: JSON.stringify(definition) };
}

function ruleOf(row: RuleRow): StoredRule {
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
