import { appendOutbox } from '@made-open/postgres';
import { sql, type Transaction } from 'kysely';
import type { GatewaySchema } from '../../database/migrations.ts';
import type { Attempt } from '../outbound.ts';
import type { StatusReport } from '../sending/apply-report.ts';
import type { LockedOutbound } from './outbound-store.ts';
import { attemptOf, attemptRow, outboundOf, outboundRow, reportOf } from './rows.ts';

export async function attemptIn(
  transaction: Transaction<GatewaySchema>,
  outboundId: string,
  attemptId: string | undefined,
): Promise<Attempt | undefined> {
  const row = await transaction
    .selectFrom('attempt')
    .selectAll()
    .where('outbound_id', '=', outboundId)
    .$if(attemptId !== undefined, (query) => query.where('id', '=', attemptId ?? ''))
    .orderBy('created_at', 'desc')
    .limit(1)
    .executeTakeFirst();
  return row === undefined ? undefined : attemptOf(row);
}

export function lockedOf(
  transaction: Transaction<GatewaySchema>,
  of: {
    readonly now: Date;
    readonly row: Parameters<typeof outboundOf>[0];
    readonly attempt: Attempt | undefined;
  },
): LockedOutbound {
  const outbound = outboundOf(of.row);
  return {
    now: of.now,
    outbound,
    attempt: of.attempt,
    save: async (value) => {
      const { id, ...rest } = outboundRow(value);
      await transaction.updateTable('outbound').set(rest).where('id', '=', id).execute();
    },
    saveAttempt: async (value) => {
      const { id, ...rest } = attemptRow(value);
      await transaction
        .insertInto('attempt')
        .values({ id, ...rest })
        .onConflict((conflict) => conflict.column('id').doUpdateSet(rest))
        .execute();
    },
    publish: (messages) => appendOutbox(transaction, messages),
    takeReports: async (externalId) => {
      await lockReports(transaction, outbound.connectionId, externalId);
      const rows = await transaction
        .deleteFrom('status_report')
        .where('connection_id', '=', outbound.connectionId)
        .where('external_id', '=', externalId)
        .returningAll()
        .execute();
      return rows
        .toSorted((a, b) => a.received_at.getTime() - b.received_at.getTime())
        .map(reportOf);
    },
  };
}

/** A report must not be kept for a provider's id that is just becoming known. */
export async function lockReports(
  transaction: Transaction<GatewaySchema>,
  connectionId: string,
  externalId: string,
): Promise<void> {
  const key = `channel_gateway:report:${connectionId}:${externalId}`;
  await sql`select pg_advisory_xact_lock(hashtextextended(${key}, 0))`.execute(transaction);
}

export async function keepReport(
  transaction: Transaction<GatewaySchema>,
  report: StatusReport,
): Promise<void> {
  await transaction
    .insertInto('status_report')
    .values({
      event_id: report.eventId,
      connection_id: report.connectionId,
      external_id: report.externalId,
      status: report.status,
      error: report.error === undefined ? null : JSON.stringify(report.error),
      occurred_at: report.occurredAt,
    })
    .onConflict((conflict) => conflict.column('event_id').doNothing())
    .execute();
}
