import { appendOutbox } from '@made-open/postgres';
import { sql, type Kysely, type Transaction } from 'kysely';
import { uuidv7 } from 'uuidv7';
import type { Connections, OperatorConnection } from '../connections/connections.ts';
import type { PluginCondition } from '../definitions/evaluate.ts';
import { pluginOperatorOf } from '../definitions/plugin-operator.ts';
import { factsOf } from '../events/incoming-event.ts';
import { decide, type Decision, type Reason } from '../executions/decide.ts';
import {
  concludeExecution,
  readStoredEvent,
  type OpenExecution,
} from '../executions/write-execution.ts';
import { RulesError } from '../errors.ts';
import { PostgresRuleStore } from '../rules/postgres-rule-store.ts';
import type { RulesTables } from '../tables.ts';
import { answersOf, lockExecution, type OperatorError } from './evaluations.ts';
import { invokeOperator } from './invoke-operator.ts';

/** Rounds of asking; each waits as long as a runner may need that starts from nothing. */
const maxTries = 4;
const answerWithinSeconds = 60;
const batchSize = 20;

const ruleDisabled = {
  code: 'rules.rule_disabled',
  message: 'the rule was switched off before plugins had decided',
};

interface Claimed {
  readonly id: string;
  readonly rule_id: string;
  readonly rule_version: number;
  readonly space_id: string;
  readonly event: unknown;
  readonly tries: number;
}

type Asking = OpenExecution & { readonly tries: number };

export interface EvaluationWorkerParts {
  readonly db: Kysely<RulesTables>;
  readonly connections: Connections;
  readonly onWork: () => void;
}

/** Takes executions further that plugins have to decide: asks them, waits, decides. */
export class EvaluationWorker {
  readonly #parts: EvaluationWorkerParts;
  readonly #rules: PostgresRuleStore;

  constructor(parts: EvaluationWorkerParts) {
    this.#parts = parts;
    this.#rules = new PostgresRuleStore(parts.db);
  }

  async workOff(): Promise<number> {
    const { rows } = await sql<Claimed>`
      update execution set tries = tries + 1, wake_at = now() + ${answerWithinSeconds} * interval '1 second'
      where id in (select id from execution where state = 'evaluating' and wake_at <= now()
        order by wake_at for update skip locked limit ${batchSize})
      returning id, rule_id, rule_version, space_id, event, tries`.execute(this.#parts.db);
    await Promise.all(rows.map((row) => this.#advance(row)));
    if (rows.length > 0) this.#parts.onWork();
    return rows.length;
  }

  /** By the rule as it was when the event came: what plugins have said belongs to its conditions. */
  async #advance(claimed: Claimed): Promise<void> {
    const { id, rule_id: ruleId, rule_version: version, space_id: spaceId, tries } = claimed;
    const rule = await this.#rules.asOf(spaceId, ruleId, version);
    if (rule === undefined) return;
    const execution = { id, rule, event: readStoredEvent(claimed.event), tries };
    if (!rule.enabled) return this.#fail(execution, ruleDisabled);
    const { answers, failed, last } = await answersOf(this.#parts.db, id);
    const decision = await decide(rule, execution.event, answers);
    if (decision.state !== 'evaluating') return this.#conclude(execution, decision);
    if (failed !== undefined) return this.#fail(execution, failed);
    if (tries > maxTries)
      return this.#fail(execution, {
        code: 'rules.operator_unanswered',
        message: unanswered(decision.asks, last),
      });
    await this.#ask(execution, decision.asks);
  }

  async #ask(execution: Asking, asks: readonly PluginCondition[]): Promise<void> {
    const found = await Promise.all(asks.map((ask) => this.#connectionFor(execution, ask)));
    const fault = found.find((one) => 'fault' in one);
    if (fault !== undefined && execution.tries >= maxTries)
      return this.#fail(execution, { code: 'rules.no_connection', message: fault.fault });
    try {
      await this.#parts.db.transaction().execute(async (trx) => {
        for (const [index, ask] of asks.entries()) {
          const connection = found[index];
          if (connection !== undefined && !('fault' in connection))
            await askPlugin(trx, execution, { ask, connection });
        }
      });
    } catch (error) {
      if (!(error instanceof RulesError)) throw error;
      await this.#fail(execution, { code: error.code, message: error.message });
    }
  }

  #connectionFor({ rule }: Asking, { comparison }: PluginCondition) {
    const operator = pluginOperatorOf(comparison.operator);
    if (operator === undefined) throw new TypeError(`${comparison.operator} is of no plugin`);
    return this.#parts.connections.toAsk(rule.spaceId, operator, comparison.connection);
  }

  #fail(execution: Asking, error: NonNullable<Reason['error']>): Promise<void> {
    return this.#conclude(execution, { state: 'failed', reason: { conditions: [], error } });
  }

  /** Another replica may have concluded it meanwhile. */
  async #conclude(
    execution: Asking,
    decision: Exclude<Decision, { readonly state: 'evaluating' }>,
  ): Promise<void> {
    await this.#parts.db.transaction().execute(async (trx) => {
      await lockExecution(trx, execution.id);
      const open = await trx
        .selectFrom('execution')
        .select('id')
        .where('id', '=', execution.id)
        .where('state', '=', 'evaluating')
        .executeTakeFirst();
      if (open !== undefined) await concludeExecution(trx, execution, decision);
    });
  }
}

/** Errors that may pass did not, or nobody has heard of any runner. */
function unanswered(asks: readonly PluginCondition[], last: OperatorError | undefined): string {
  const operators = asks.map(({ comparison }) => comparison.operator).join(', ');
  const told =
    last === undefined
      ? 'no runner has answered; do runners of the plugin start?'
      : `the last answer was ${last.code}: ${last.message}`;
  return `${operators} did not decide within ${String(maxTries)} tries; ${told}`;
}

async function askPlugin(
  trx: Transaction<RulesTables>,
  { id, rule, event, tries }: Asking,
  { ask, connection }: { ask: PluginCondition; connection: OperatorConnection },
): Promise<void> {
  const { connectionId } = connection;
  const row = await trx
    .insertInto('evaluation')
    .values({ id: uuidv7(), execution_id: id, place: ask.place, connection_id: connectionId })
    .onConflict((conflict) =>
      conflict.columns(['execution_id', 'place']).doUpdateSet({ connection_id: connectionId }),
    )
    .returning(['id', 'answer'])
    .executeTakeFirstOrThrow();
  const operator = pluginOperatorOf(ask.comparison.operator);
  if (row.answer !== null || operator === undefined) return;
  const command = invokeOperator({
    invocationId: row.id,
    connection,
    spaceId: rule.spaceId,
    operator,
    comparison: ask.comparison,
    facts: factsOf(event),
    attempt: tries,
    endBefore: new Date(Date.now() + answerWithinSeconds * 1000),
  });
  await appendOutbox(trx, [command]);
}
