import { appendOutbox } from '@made-open/postgres';
import { sql, type Kysely, type Transaction } from 'kysely';
import { beginBounded } from '../../database/begin-bounded.ts';
import type { GatewaySchema } from '../../database/migrations.ts';
import { orUnavailable } from '../../database/or-unavailable.ts';
import { UnavailableError } from '../../errors.ts';
import { isFax, type Fax } from '../faxes/fax.ts';
import type { Outbound } from '../outbound.ts';
import type { StatusReport } from '../sending/apply-report.ts';
import {
  OutboundStore,
  type FaxFilter,
  type KnownSubmission,
  type LockedOutbound,
  type OutboundBacklog,
  type OutboundFilter,
  type Submission,
  type SubmissionKey,
} from './outbound-store.ts';
import { dueOutbound } from './due-outbound.ts';
import { attemptIn, keepReport, lockReports, lockedOf } from './locked-outbound.ts';
import { outboundOf, outboundRow } from './rows.ts';

type Db = Kysely<GatewaySchema>;
type Work<T> = (locked: LockedOutbound) => Promise<T>;

/** Time is that of the database, which all replicas share. */
export class PostgresOutboundStore extends OutboundStore {
  readonly #db: Db;
  readonly #onPublished: () => void;

  constructor(db: Db, onPublished: () => void) {
    super();
    this.#db = db;
    this.#onPublished = onPublished;
  }

  override async now(): Promise<Date> {
    const { rows } = await orUnavailable(
      sql<{ now: Date }>`select date_trunc('milliseconds', clock_timestamp()) as now`.execute(
        this.#db,
      ),
    );
    const [row] = rows;
    if (row === undefined) throw new Error('PostgreSQL did not tell the time');
    return row.now;
  }

  override known(key: SubmissionKey): Promise<KnownSubmission | undefined> {
    return orUnavailable(knownIn(this.#db, key));
  }

  override async submit(
    submission: Submission,
  ): Promise<KnownSubmission & { readonly isNew: boolean }> {
    const { fingerprint, outbound, messages } = submission;
    const isNew = await orUnavailable(
      this.#db.transaction().execute(async (transaction) => {
        if (!(await takeKey(transaction, submission))) return false;
        await transaction.insertInto('outbound').values(outboundRow(outbound)).execute();
        await appendOutbox(transaction, messages);
        return true;
      }),
    );
    if (isNew) {
      this.#onPublished();
      return { fingerprint, outbound, isNew };
    }
    const known = await this.known(submission.key);
    // It ended its day in this very moment.
    if (known === undefined) throw new UnavailableError(new Error('the key has just expired'));
    return { ...known, isNew: false };
  }

  override async find(id: string): Promise<Outbound | undefined> {
    const row = await orUnavailable(
      this.#db.selectFrom('outbound').selectAll().where('id', '=', id).executeTakeFirst(),
    );
    return row === undefined ? undefined : outboundOf(row);
  }

  override async list(filter: OutboundFilter): Promise<readonly Outbound[]> {
    const { spaceId, connectionId, kind, state, before, limit } = filter;
    const rows = await orUnavailable(
      this.#db
        .selectFrom('outbound')
        .selectAll()
        .where('connection_id', '=', connectionId)
        .where('kind', '=', kind)
        .where('space_id', '=', spaceId)
        .$if(state !== undefined, (query) => query.where('state', '=', state ?? 'queued'))
        .$if(before !== '', (query) => query.where('id', '<', before))
        .orderBy('id', 'desc')
        .limit(limit)
        .execute(),
    );
    return rows.map(outboundOf);
  }

  override async listFaxes(filter: FaxFilter): Promise<readonly Fax[]> {
    const { spaceId, connectionId, state, before, limit } = filter;
    const rows = await orUnavailable(
      this.#db
        .selectFrom('outbound')
        .selectAll()
        .where('space_id', '=', spaceId)
        .where('kind', '=', 'fax')
        .$if(connectionId !== '', (query) => query.where('connection_id', '=', connectionId))
        .$if(state !== undefined, (query) => query.where('fax_state', '=', state ?? 'unknown'))
        .$if(before !== '', (query) => query.where('id', '<', before))
        .orderBy('id', 'desc')
        .limit(limit)
        .execute(),
    );
    return rows.map(outboundOf).filter(isFax);
  }

  override async due(limit: number): Promise<readonly string[]> {
    const { rows } = await dueOutbound(limit).execute(this.#db);
    return rows.map(({ id }) => id);
  }

  override withOutbound<T>(id: string, work: Work<T>): Promise<T | undefined> {
    return this.#locked(id, undefined, work);
  }

  override async withAttempt<T>(attemptId: string, work: Work<T>): Promise<T | undefined> {
    const row = await orUnavailable(
      this.#db
        .selectFrom('attempt')
        .select('outbound_id')
        .where('id', '=', attemptId)
        .executeTakeFirst(),
    );
    return row === undefined ? undefined : this.#locked(row.outbound_id, attemptId, work);
  }

  override async findReported(report: StatusReport): Promise<string | undefined> {
    const { connectionId, externalId } = report;
    return orUnavailable(
      this.#db.transaction().execute(async (transaction) => {
        await lockReports(transaction, connectionId, externalId);
        const row = await transaction
          .selectFrom('outbound')
          .select('id')
          .where('connection_id', '=', connectionId)
          .where('external_id', '=', externalId)
          .orderBy('id', 'desc')
          .limit(1)
          .executeTakeFirst();
        if (row === undefined) await keepReport(transaction, report);
        return row?.id;
      }),
    );
  }

  override async erase(connectionId: string, limit: number): Promise<number> {
    // Attempts and idempotency keys go with what they belong to.
    const statements = [
      sql`delete from status_report where event_id in (
        select event_id from status_report where connection_id = ${connectionId} limit ${limit})`,
      sql`delete from outbound where id in (
        select id from outbound where connection_id = ${connectionId} limit ${limit})`,
    ];
    let rows = 0;
    for (const statement of statements) {
      const { numAffectedRows } = await orUnavailable(statement.execute(this.#db));
      rows += Number(numAffectedRows ?? 0n);
    }
    return rows;
  }

  override async backlog(): Promise<OutboundBacklog> {
    const { rows } = await sql<{ queued: number; oldest: number }>`
      select count(*)::int as queued,
        greatest(0, coalesce(extract(epoch from now() - min(wake_at)), 0))::float8 as oldest
      from outbound where state = 'queued'`.execute(this.#db);
    return { queued: rows[0]?.queued ?? 0, oldestDueSeconds: rows[0]?.oldest ?? 0 };
  }

  override async forget(days: number): Promise<number> {
    const results = [
      await this.#db
        .deleteFrom('idempotency')
        .where('expires_at', '<', sql<Date>`now()`)
        .executeTakeFirst(),
      await this.#db
        .deleteFrom('status_report')
        .where('received_at', '<', sql<Date>`now() - interval '1 hour'`)
        .executeTakeFirst(),
      // What was submitted while its connection was deleted.
      await this.#db
        .deleteFrom('outbound')
        .using('connection')
        .whereRef('connection.id', '=', 'outbound.connection_id')
        .where('connection.state', '=', 'deleted')
        .executeTakeFirst(),
      await this.#db
        .deleteFrom('outbound')
        .where('wake_at', 'is', null)
        .where('updated_at', '<', sql<Date>`now() - ${days} * interval '1 day'`)
        .executeTakeFirst(),
    ];
    return results.reduce((sum, { numDeletedRows }) => sum + Number(numDeletedRows), 0);
  }

  async #locked<T>(
    id: string,
    attemptId: string | undefined,
    work: Work<T>,
  ): Promise<T | undefined> {
    const result = await orUnavailable(
      this.#db.transaction().execute(async (transaction) => {
        const now = await beginBounded(transaction);
        const row = await transaction
          .selectFrom('outbound')
          .selectAll()
          .where('id', '=', id)
          .forUpdate()
          .executeTakeFirst();
        if (row === undefined) return undefined;
        const attempt = await attemptIn(transaction, id, attemptId);
        return { value: await work(lockedOf(transaction, { now, row, attempt })) };
      }),
    );
    if (result !== undefined) this.#onPublished();
    return result?.value;
  }
}

async function knownIn(db: Db, key: SubmissionKey): Promise<KnownSubmission | undefined> {
  const row = await db
    .selectFrom('idempotency')
    .innerJoin('outbound', 'outbound.id', 'idempotency.outbound_id')
    .selectAll('outbound')
    .select('fingerprint')
    .where('idempotency.space_id', '=', key.spaceId)
    .where('client', '=', key.client)
    .where('key', '=', key.key)
    .where('expires_at', '>', sql<Date>`now()`)
    .executeTakeFirst();
  return row === undefined
    ? undefined
    : { fingerprint: row.fingerprint, outbound: outboundOf(row) };
}

/** Waits for others that take the key at the same time; false when one of them, or one before, has it. */
async function takeKey(
  transaction: Transaction<GatewaySchema>,
  { key, fingerprint, outbound }: Submission,
): Promise<boolean> {
  const { rows } = await sql`
    insert into idempotency as known (space_id, client, key, fingerprint, outbound_id, expires_at)
    values (${key.spaceId}, ${key.client}, ${key.key}, ${fingerprint}, ${outbound.id}, now() + interval '1 day')
    on conflict (space_id, client, key) do update
      set fingerprint = excluded.fingerprint, outbound_id = excluded.outbound_id, expires_at = excluded.expires_at
      where known.expires_at <= now()
    returning 1`.execute(transaction);
  return rows.length > 0;
}
