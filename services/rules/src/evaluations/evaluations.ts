import type { InvocationResult } from '@made-open/contracts';
import { sql, type Kysely, type Transaction } from 'kysely';
import { backOffMs } from '../back-off.ts';
import type { Answers } from '../definitions/evaluate.ts';
import { isUuid } from '../page.ts';
import type { RulesTables } from '../tables.ts';
import { readAnswer, type OperatorAnswer } from './read-answer.ts';

const retryAfterMs = [2000, 10_000, 30_000];

/** What plugins were asked, and what they said. */
export class Evaluations {
  readonly #db: Kysely<RulesTables>;
  readonly #onAnswered: () => void;

  constructor(db: Kysely<RulesTables>, onAnswered: () => void) {
    this.#db = db;
    this.#onAnswered = onAnswered;
  }

  /** Takes what a runner of a plugin made of a condition; what nobody waits for changes nothing. */
  async record(pluginId: string, result: InvocationResult): Promise<void> {
    if (!isUuid(result.invocationId)) return;
    const answer = readAnswer(result);
    await this.#db.transaction().execute(async (trx) => {
      const row = await trx
        .selectFrom('evaluation')
        .innerJoin('connection', 'connection.connection_id', 'evaluation.connection_id')
        .select(['evaluation.execution_id'])
        .where('evaluation.id', '=', result.invocationId)
        .where('evaluation.answer', 'is', null)
        // A runner answers for its own plugin alone.
        .where('connection.plugin_id', '=', pluginId)
        .executeTakeFirst();
      if (row === undefined) return;
      if (row.execution_id !== null) await lockExecution(trx, row.execution_id);
      await trx
        .updateTable('evaluation')
        .set(columnsOf(answer))
        .where('id', '=', result.invocationId)
        .execute();
      if (row.execution_id !== null) await wake(trx, row.execution_id, answer, result.try);
    });
    this.#onAnswered();
  }
}

/** Forgets what trials asked that were interrupted; gives how many rows. */
export async function forgetTrials(db: Kysely<RulesTables>, limit: number): Promise<number> {
  const old = db
    .selectFrom('evaluation')
    .select('id')
    .where('execution_id', 'is', null)
    .where('asked_at', '<', sql<Date>`now() - interval '1 hour'`)
    .limit(limit);
  const { numDeletedRows } = await db
    .deleteFrom('evaluation')
    .where('id', 'in', old)
    .executeTakeFirst();
  return Number(numDeletedRows);
}

/** What an operator said instead of an answer. */
export interface OperatorError {
  readonly code: string;
  readonly message: string;
}

export interface Heard {
  /** By the place of the condition. */
  readonly answers: Answers;
  /** It ends the execution. */
  readonly failed: OperatorError | undefined;
  /** It may pass. */
  readonly last: OperatorError | undefined;
}

/** What an execution has heard of plugins. */
export async function answersOf(db: Kysely<RulesTables>, executionId: string): Promise<Heard> {
  const rows = await db
    .selectFrom('evaluation')
    .select(['place', 'answer', 'error_code', 'error_message', 'is_permanent'])
    .where('execution_id', '=', executionId)
    .execute();
  const answered = rows.flatMap(({ place, answer }) =>
    answer === null ? [] : [[place, answer] as const],
  );
  const errors = rows.flatMap(({ answer, error_code: code, error_message, is_permanent }) =>
    answer === null && code !== null
      ? [{ isPermanent: is_permanent, error: { code, message: error_message ?? '' } }]
      : [],
  );
  return {
    answers: new Map(answered),
    failed: errors.find(({ isPermanent }) => isPermanent)?.error,
    last: errors.find(({ isPermanent }) => !isPermanent)?.error,
  };
}

export async function lockExecution(
  trx: Transaction<RulesTables>,
  executionId: string,
): Promise<void> {
  await sql`select from execution where id = ${executionId} for update`.execute(trx);
}

function columnsOf(answer: OperatorAnswer) {
  return 'answer' in answer
    ? { answer: answer.answer, error_code: null, error_message: null, is_permanent: false }
    : {
        error_code: answer.code,
        error_message: answer.message,
        is_permanent: answer.isPermanent,
      };
}

/** Once all have answered the execution goes on, and begins its tries anew; an error is tried again after a while. */
async function wake(
  trx: Transaction<RulesTables>,
  executionId: string,
  answer: OperatorAnswer,
  attempt: number,
): Promise<void> {
  if (!('answer' in answer)) {
    const waitMs = answer.isPermanent ? 0 : backOffMs(retryAfterMs, attempt);
    await sql`update execution set wake_at = now() + ${waitMs} * interval '1 millisecond'
      where id = ${executionId} and state = 'evaluating'`.execute(trx);
    return;
  }
  await sql`update execution set wake_at = now(), tries = 0
    where id = ${executionId} and state = 'evaluating' and not exists (
      select from evaluation where execution_id = ${executionId} and answer is null)`.execute(trx);
}
