import { describeError } from '@made-open/bus';
import { sql, type Kysely, type Transaction } from 'kysely';
import { backOffMs } from '../back-off.ts';
import { RulesError } from '../errors.ts';
import type { RulesTables } from '../tables.ts';
import type { CarriedOut, CarryOut, DueAction } from './carry-out.ts';

/** After so many tries an action has failed. */
const maxTries = 7;
const retryAfterMs = [1000, 5000, 30_000, 120_000, 600_000, 1_800_000];
/** As long as one replica has an action in hand, no other takes it. */
const leaseSeconds = 60;
const batchSize = 20;

/** Carries out what rules are to do. Several replicas share the work; each action is tried until it is done or given up. */
export class ActionWorker {
  readonly #db: Kysely<RulesTables>;
  readonly #carryOut: CarryOut;
  readonly #onPublished: () => void;

  constructor(db: Kysely<RulesTables>, carryOut: CarryOut, onPublished: () => void) {
    this.#db = db;
    this.#carryOut = carryOut;
    this.#onPublished = onPublished;
  }

  /** Works off what is due; gives how many actions that were. */
  async workOff(): Promise<number> {
    const due = await this.#claim();
    await Promise.all(due.map((action) => this.#attempt(action)));
    return due.length;
  }

  async #claim(): Promise<DueAction[]> {
    const { rows } = await sql<DueAction>`
      with due as (
        select execution_id, index from action where state = 'pending' and wake_at <= now()
        order by wake_at for update skip locked limit ${batchSize})
      update action a set tries = a.tries + 1, wake_at = now() + ${leaseSeconds} * interval '1 second'
      from due, execution e, rule r
      where a.execution_id = due.execution_id and a.index = due.index and e.id = a.execution_id and r.id = e.rule_id
      returning a.execution_id as "executionId", a.index, a.kind, a.content, a.tries,
        e.rule_id as "ruleId", r.enabled as "isWanted", e.space_id as "spaceId", e.event_id as "eventId",
        e.event_type as "eventType", e.caused_by as "causedBy"`.execute(this.#db);
    return rows;
  }

  async #attempt(action: DueAction): Promise<void> {
    try {
      if (!action.isWanted) throw new RulesError('rule_disabled', 'the rule was switched off');
      const carriedOut = await this.#carryOut.carryOut(action);
      await this.#db.transaction().execute((trx) => this.#done(trx, action, carriedOut));
    } catch (error) {
      await this.#failed(action, error);
    }
    this.#onPublished();
  }

  async #done(
    trx: Transaction<RulesTables>,
    action: DueAction,
    carriedOut: CarriedOut,
  ): Promise<void> {
    const isOurs = await ended(trx, action, {
      state: 'done',
      result_id: carriedOut.resultId,
      error_code: null,
      error_message: null,
    });
    // Another replica may have been quicker, when this one stood still for longer than its lease.
    if (isOurs) await carriedOut.write?.(trx);
  }

  async #failed(action: DueAction, error: unknown): Promise<void> {
    const { code, message, retry } = describeError(error);
    const isFinal = retry === 'never' || action.tries >= maxTries;
    // What an unknown error says may hold data; only codes of ours are for everybody.
    const fault = {
      error_code: code,
      error_message: retry === undefined ? 'an unknown error' : message,
    };
    await this.#db.transaction().execute(async (trx) => {
      if (isFinal) await ended(trx, action, { state: 'failed', result_id: null, ...fault });
      else
        await trx
          .updateTable('action')
          .set({
            ...fault,
            wake_at: sql`now() + ${backOffMs(retryAfterMs, action.tries)} * interval '1 millisecond'`,
          })
          .where('execution_id', '=', action.executionId)
          .where('index', '=', action.index)
          .where('state', '=', 'pending')
          .execute();
    });
  }
}

interface End {
  readonly state: 'done' | 'failed';
  readonly result_id: string | null;
  readonly error_code: string | null;
  readonly error_message: string | null;
}

/** Ends an action, and its execution with the last of them; false when it had ended before. */
async function ended(
  trx: Transaction<RulesTables>,
  { executionId, index }: DueAction,
  end: End,
): Promise<boolean> {
  // Of two actions that end at the same time, one has to see the other.
  await sql`select from execution where id = ${executionId} for update`.execute(trx);
  const { numUpdatedRows } = await trx
    .updateTable('action')
    // Bodies of messages are not kept once they are sent.
    .set({ ...end, content: '{}' })
    .where('execution_id', '=', executionId)
    .where('index', '=', index)
    .where('state', '=', 'pending')
    .executeTakeFirst();
  await sql`update execution set ended_at = now(), state = case when exists (
      select from action where execution_id = ${executionId} and state = 'failed') then 'failed' else 'done' end
    where id = ${executionId} and state = 'pending' and not exists (
      select from action where execution_id = ${executionId} and state = 'pending')`.execute(trx);
  return numUpdatedRows > 0n;
}
