import { RunState } from '@made-open/contracts';
import { appendOutbox } from '@made-open/postgres';
import { sql, type Kysely, type Transaction } from 'kysely';
import type { RunRecord } from '../runs/run.ts';
import type { Schedule } from '../schedules/schedule.ts';
import { ConnectionStore, type LockedConnection } from './connection-store.ts';
import type { Subscription } from '../subscriptions/subscription.ts';
import { subscriptionOf, subscriptionRow } from '../subscriptions/subscription-rows.ts';
import { runOf, runRow, scheduleOf, scheduleRow } from './rows.ts';
import type { SchedulerTables } from './tables.ts';

const openStates = [RunState.QUEUED, RunState.RUNNING, RunState.PARKED];

/** Time is that of the database, which all replicas share. */
export class PostgresConnectionStore extends ConnectionStore {
  readonly #db: Kysely<SchedulerTables>;
  readonly #onPublished: () => void;

  constructor(db: Kysely<SchedulerTables>, onPublished: () => void) {
    super();
    this.#db = db;
    this.#onPublished = onPublished;
  }

  override async withConnection<T>(
    connectionId: string,
    work: (connection: LockedConnection) => Promise<T>,
  ): Promise<T> {
    const result = await this.#db.transaction().execute(async (transaction) => {
      const now = await lock(transaction, connectionId);
      const row = await transaction
        .selectFrom('schedule')
        .selectAll()
        .where('connection_id', '=', connectionId)
        .executeTakeFirst();
      let schedule = row === undefined ? undefined : scheduleOf(row);
      const openRun = await transaction
        .selectFrom('run')
        .selectAll()
        .where('connection_id', '=', connectionId)
        .where('state', 'in', openStates)
        .executeTakeFirst();
      return work({
        now,
        get schedule() {
          return schedule;
        },
        openRun: openRun === undefined ? undefined : runOf(openRun),
        saveSchedule: async (value) => {
          await saveSchedule(transaction, value);
          schedule = value;
        },
        saveRun: (value) => saveRun(transaction, value),
        subscriptions: () => subscriptions(transaction, connectionId),
        saveSubscription: (value) => saveSubscription(transaction, value),
        removeSubscription: (webhook) => removeSubscription(transaction, connectionId, webhook),
        nextEpoch: () => nextEpoch(transaction),
        publish: (messages) => appendOutbox(transaction, messages),
      });
    });
    this.#onPublished();
    return result;
  }

  override async due(limit: number): Promise<string[]> {
    const { rows } = await sql<{ connection_id: string }>`
      select connection_id from (
        select connection_id, next_due_at as at from schedule
        where state = 'active' and next_due_at <= now()
        union all
        select r.connection_id, r.wake_at from run r
        where r.state in (1, 2, 5) and r.wake_at <= now() and (r.state <> 5 or exists (
          select from schedule s where s.connection_id = r.connection_id and s.state = 'active'))
        union all
        select connection_id, next_at from subscription where next_at <= now()
      ) as due group by connection_id order by min(at) limit ${limit}`.execute(this.#db);
    return rows.map((row) => row.connection_id);
  }

  override async dueWithin(seconds: number): Promise<{ pluginId: string; dueInMs: number }[]> {
    const { rows } = await sql<{ plugin_id: string; due_in_ms: number }>`
      select plugin_id, greatest(extract(epoch from min(at) - now()) * 1000, 0)::int as due_in_ms from (
        select plugin_id, next_due_at as at from schedule where state = 'active'
        union all
        select r.plugin_id, r.wake_at from run r where r.state = 5 and exists (
          select from schedule s where s.connection_id = r.connection_id and s.state = 'active')
      ) as due where at <= now() + ${seconds} * interval '1 second'
      group by plugin_id order by plugin_id`.execute(this.#db);
    return rows.map(({ plugin_id: pluginId, due_in_ms: dueInMs }) => ({ pluginId, dueInMs }));
  }

  override async active(behind: string, limit: number): Promise<string[]> {
    const rows = await this.#db
      .selectFrom('schedule')
      .select('connection_id')
      .where('state', '=', 'active')
      .where('connection_id', '>', behind)
      .orderBy('connection_id')
      .limit(limit)
      .execute();
    return rows.map((row) => row.connection_id);
  }

  override subscriptions(connectionId: string): Promise<Subscription[]> {
    return subscriptions(this.#db, connectionId);
  }

  override async subscribed(): Promise<string[]> {
    const rows = await this.#db
      .selectFrom('subscription')
      .select('connection_id')
      .distinct()
      .execute();
    return rows.map((row) => row.connection_id);
  }

  override async findRun(runId: string): Promise<RunRecord | undefined> {
    const row = await this.#db
      .selectFrom('run')
      .selectAll()
      .where('id', '=', runId)
      .executeTakeFirst();
    return row === undefined ? undefined : runOf(row);
  }

  override async runs(connectionId: string, cursor: string, limit: number): Promise<RunRecord[]> {
    const rows = await this.#db
      .selectFrom('run')
      .selectAll()
      .where('connection_id', '=', connectionId)
      .$if(cursor !== '', (query) => query.where('id', '<', cursor))
      .orderBy('id', 'desc')
      .limit(limit)
      .execute();
    return rows.map(runOf);
  }

  override async forget(days: number, limit: number): Promise<number> {
    const before = sql<Date>`now() - ${days} * interval '1 day'`;
    const runs = this.#db
      .selectFrom('run')
      .select('id')
      .where('finished_at', '<', before)
      .limit(limit);
    const schedules = this.#db
      .selectFrom('schedule')
      .select('connection_id')
      .where('state', '=', 'deleted')
      .where('announced_at', '<', before)
      .limit(limit);
    const forgotten = [
      await this.#db.deleteFrom('run').where('id', 'in', runs).executeTakeFirst(),
      await this.#db
        .deleteFrom('schedule')
        .where('connection_id', 'in', schedules)
        .executeTakeFirst(),
    ];
    return forgotten.reduce((sum, { numDeletedRows }) => sum + Number(numDeletedRows), 0);
  }
}

/**
 * A lock that needs no row, since the first announcement has none; gives the time at which it was got. A replica that
 * stands still in its transaction must hold up the others neither for long nor with more than this connection.
 */
async function lock(
  transaction: Transaction<SchedulerTables>,
  connectionId: string,
): Promise<Date> {
  const key = `connector_scheduler:${connectionId}`;
  await sql`select set_config('lock_timeout', '2s', true),
    set_config('idle_in_transaction_session_timeout', '20s', true)`.execute(transaction);
  await sql`select pg_advisory_xact_lock(hashtextextended(${key}, 0))`.execute(transaction);
  const { rows } = await sql<{
    now: Date;
  }>`select date_trunc('milliseconds', clock_timestamp()) as now`.execute(transaction);
  const [row] = rows;
  if (row === undefined) throw new Error('PostgreSQL did not tell the time');
  return row.now;
}

async function saveSchedule(
  transaction: Transaction<SchedulerTables>,
  schedule: Schedule,
): Promise<void> {
  const { connection_id: id, ...rest } = scheduleRow(schedule);
  await transaction
    .insertInto('schedule')
    .values({ connection_id: id, ...rest })
    .onConflict((conflict) => conflict.column('connection_id').doUpdateSet(rest))
    .execute();
}

async function saveRun(transaction: Transaction<SchedulerTables>, run: RunRecord): Promise<void> {
  const { id, ...rest } = runRow(run);
  await transaction
    .insertInto('run')
    .values({ id, ...rest })
    .onConflict((conflict) => conflict.column('id').doUpdateSet(rest))
    .execute();
}

async function nextEpoch(transaction: Transaction<SchedulerTables>): Promise<number> {
  const { rows } = await sql<{ epoch: string }>`select nextval('epoch') as epoch`.execute(
    transaction,
  );
  return Number(rows[0]?.epoch);
}

async function subscriptions(
  db: Kysely<SchedulerTables>,
  connectionId: string,
): Promise<Subscription[]> {
  const rows = await db
    .selectFrom('subscription')
    .selectAll()
    .where('connection_id', '=', connectionId)
    .orderBy('webhook')
    .execute();
  return rows.map(subscriptionOf);
}

async function saveSubscription(
  transaction: Transaction<SchedulerTables>,
  subscription: Subscription,
): Promise<void> {
  const { connection_id: id, webhook, ...rest } = subscriptionRow(subscription);
  await transaction
    .insertInto('subscription')
    .values({ connection_id: id, webhook, ...rest })
    .onConflict((conflict) => conflict.columns(['connection_id', 'webhook']).doUpdateSet(rest))
    .execute();
}

async function removeSubscription(
  transaction: Transaction<SchedulerTables>,
  connectionId: string,
  webhook: string,
): Promise<void> {
  await transaction
    .deleteFrom('subscription')
    .where('connection_id', '=', connectionId)
    .where('webhook', '=', webhook)
    .execute();
}
