import type { EventOf } from '@made-open/bus';
import type { StatusReportedSchema } from '@made-open/contracts';
import type { OutboundStore } from '../storage/outbound-store.ts';
import { isCount } from '../faxes/progress/read-told.ts';
import { applyReport, type StatusReport } from './apply-report.ts';
import { textOf } from './read-outcome.ts';
import { carryOut } from './carry-out.ts';

/** Moves what a provider reports on; a report that comes before its message has the provider's id is kept for it. */
export async function takeReport(
  store: OutboundStore,
  event: EventOf<typeof StatusReportedSchema>,
): Promise<void> {
  const report = reportOf(event);
  if (report.externalId === '') return;
  const id = await store.findReported(report);
  if (id === undefined) return;
  await store.withOutbound(id, (locked) =>
    carryOut(locked, applyReport(locked.outbound, report, locked.now)),
  );
}

function reportOf({ id, time, message }: EventOf<typeof StatusReportedSchema>): StatusReport {
  const { connectionId, externalId, status, errorCode, errorMessage, occurredAt } = message;
  const said = new Date(occurredAt);
  const { attributes = {} } = message;
  const { pages } = attributes;
  const isError = errorCode !== '' || errorMessage !== '';
  return {
    eventId: id,
    connectionId,
    externalId,
    status: status.toLowerCase(),
    error: isError ? { code: errorCode || 'provider.failed', message: errorMessage } : undefined,
    occurredAt: Number.isNaN(said.getTime()) ? time : said,
    pages: isCount(pages) ? pages : undefined,
    providerStatus:
      textOf(attributes, 'provider_status') || textOf(attributes, 'providerStatus') || undefined,
  };
}
