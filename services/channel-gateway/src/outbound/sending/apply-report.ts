import { isFax, isFaxState, type ToldOfFax } from '../faxes/fax.ts';
import { applyTold } from '../faxes/progress/apply-told.ts';
import type { Outbound, OutboundError } from '../outbound.ts';
import type { Step } from './advance.ts';

/** What a plugin heard from its provider about a message or call. */
export interface StatusReport {
  readonly eventId: string;
  readonly connectionId: string;
  readonly externalId: string;
  readonly status: string;
  readonly error: OutboundError | undefined;
  readonly occurredAt: Date;
  /** Of a fax, as far as it is told. */
  readonly pages?: number | undefined;
  /** Of a fax, in the provider's words. */
  readonly providerStatus?: string | undefined;
}

/** States that a provider's words stand for; `completed` is the end of a call. */
const meanings = new Map<string, 'sent' | 'delivered' | 'failed'>([
  ['sent', 'sent'],
  ['delivered', 'delivered'],
  ['completed', 'delivered'],
  ['failed', 'failed'],
]);

const ranks: Readonly<Record<string, number>> = { queued: 0, sending: 0, unknown: 0, sent: 1 };

/** Moves a message or call on as its provider says; never back, whatever order reports come in. */
export function applyReport(outbound: Outbound, report: StatusReport, now: Date): Step {
  if (isFax(outbound)) return applyTold(outbound, toldBy(report), now);
  const rank = ranks[outbound.state];
  // What has ended stays as it ended.
  if (rank === undefined) return { outbound };
  const known: Outbound = { ...outbound, providerStatus: report.status, updatedAt: now };
  const state = meanings.get(report.status);
  if (state === undefined || (state === 'sent' && rank >= 1)) return { outbound: known };
  const moved: Outbound = { ...known, state, wakeAt: undefined };
  return state === 'failed'
    ? { outbound: { ...moved, error: report.error ?? refused }, news: ['failed'] }
    : arrived(moved, state, report);
}

/** The same words as of an answer; `sent` and `delivered` are those of messages. */
function toldBy({ externalId, status, providerStatus, error, pages }: StatusReport): ToldOfFax {
  const word = faxWords.get(status) ?? status;
  return {
    jobId: externalId,
    status: isFaxState(word) ? word : 'unknown',
    providerStatus: providerStatus ?? status,
    pages,
    error,
  };
}

const faxWords = new Map([
  ['sent', 'in_progress'],
  ['delivered', 'succeeded'],
]);

function arrived(
  outbound: Outbound,
  state: 'sent' | 'delivered',
  { occurredAt }: StatusReport,
): Step {
  return {
    outbound: {
      ...outbound,
      error: undefined,
      sentAt: outbound.sentAt ?? occurredAt,
      deliveredAt: state === 'delivered' ? occurredAt : undefined,
    },
    // Whoever waits for it to be sent hears of that, too, when the report of it never came.
    news: state === 'sent' || outbound.sentAt !== undefined ? [state] : ['sent', state],
  };
}

const refused: OutboundError = {
  code: 'provider.failed',
  message: 'the provider says that it failed',
};
