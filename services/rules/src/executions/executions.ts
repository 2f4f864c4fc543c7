import { create } from '@bufbuild/protobuf';
import {
  ActionOutcomeSchema,
  ExecutionSchema,
  type ActionOutcome,
  type Execution,
} from '@made-open/contracts';
import { sql, type Kysely, type Selectable } from 'kysely';
import { isUuid, pageOf, type Page, type PageRequest } from '../page.ts';
import type { RulesTables } from '../tables.ts';

type ExecutionRow = Omit<Selectable<RulesTables['execution']>, 'event'>;

export interface WantedExecutions extends PageRequest {
  readonly spaceId: string;
  /** Empty: of all rules. */
  readonly ruleId: string;
  /** Empty: in any state. */
  readonly state: string;
}

const columns = [
  'id',
  'rule_id',
  'rule_version',
  'event_id',
  'event_type',
  'state',
  'started_at',
  'ended_at',
  'reason',
] as const;

/** What became of events that rules were held against. */
export class Executions {
  readonly #db: Kysely<RulesTables>;

  constructor(db: Kysely<RulesTables>) {
    this.#db = db;
  }

  /** The newest first. */
  async list(wanted: WantedExecutions): Promise<Page<Execution>> {
    const { spaceId, ruleId, state, cursor, limit } = wanted;
    if (ruleId !== '' && !isUuid(ruleId)) return { rows: [], nextCursor: '' };
    const states = state === 'pending' ? ['pending', 'evaluating'] : [state];
    const rows = await this.#db
      .selectFrom('execution')
      .select(columns)
      .where('space_id', '=', spaceId)
      .$if(ruleId !== '', (query) => query.where('rule_id', '=', ruleId))
      .$if(state !== '', (query) => query.where(sql<string>`state`, 'in', states))
      .$if(cursor !== '', (query) => query.where('id', '<', cursor))
      .orderBy('id', 'desc')
      .limit(limit + 1)
      .execute();
    const actions = await this.#actionsOf(rows.map(({ id }) => id));
    return pageOf(
      rows.map((row) => executionOf(row, actions.get(row.id) ?? [])),
      limit,
    );
  }

  /** Forgets what ended so many days ago; gives how many rows. */
  async forget(days: number, limit: number): Promise<number> {
    const old = this.#db
      .selectFrom('execution')
      .select('id')
      .where('ended_at', '<', sql<Date>`now() - ${days} * interval '1 day'`)
      .limit(limit);
    const { numDeletedRows } = await this.#db
      .deleteFrom('execution')
      .where('id', 'in', old)
      .executeTakeFirst();
    return Number(numDeletedRows);
  }

  async #actionsOf(ids: readonly string[]): Promise<Map<string, ActionOutcome[]>> {
    if (ids.length === 0) return new Map();
    const rows = await this.#db
      .selectFrom('action')
      .selectAll()
      .where('execution_id', 'in', [...ids])
      .orderBy('execution_id')
      .orderBy('index')
      .execute();
    const found = new Map<string, ActionOutcome[]>();
    for (const row of rows)
      found.set(row.execution_id, [...(found.get(row.execution_id) ?? []), actionOf(row)]);
    return found;
  }
}

function executionOf(
  row: Pick<ExecutionRow, (typeof columns)[number]>,
  actions: ActionOutcome[],
): Execution {
  return create(ExecutionSchema, {
    actions,
    id: row.id,
    ruleId: row.rule_id,
    ruleVersion: row.rule_version,
    eventId: row.event_id,
    eventType: row.event_type,
    startedAt: row.started_at.toISOString(),
    endedAt: row.ended_at?.toISOString() ?? '',
    state: row.state === 'evaluating' ? 'pending' : row.state,
    reasonJson: row.reason === null ? '' : JSON.stringify(row.reason),
  });
}

function actionOf(row: Selectable<RulesTables['action']>): ActionOutcome {
  return create(ActionOutcomeSchema, {
    kind: row.kind,
    state: row.state,
    tries: row.tries,
    errorCode: row.error_code ?? '',
    errorMessage: row.error_message ?? '',
    resultId: row.result_id ?? '',
  });
}
