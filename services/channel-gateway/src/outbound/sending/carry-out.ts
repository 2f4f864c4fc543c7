import type { OutboxMessage } from '@made-open/postgres';
import type { LockedOutbound } from '../storage/outbound-store.ts';
import type { Step } from './advance.ts';
import { outboundEvent } from './announcements.ts';
import { applyReport } from './apply-report.ts';

/** Writes a step with its events, in the transaction that holds the message or call. */
export async function carryOut(
  locked: LockedOutbound,
  step: Step,
  messages: readonly OutboxMessage[] = [],
): Promise<void> {
  const { now } = locked;
  const whole = await withReports(locked, step);
  await locked.save(whole.outbound);
  if (whole.attempt !== undefined) await locked.saveAttempt(whole.attempt);
  await locked.publish([
    ...messages,
    ...(whole.news ?? []).map((news) => outboundEvent(news, whole.outbound, now)),
  ]);
}

/** Reports may have come before the provider's id was known. */
async function withReports(locked: LockedOutbound, step: Step): Promise<Step> {
  const { externalId } = step.outbound;
  if (externalId === '' || externalId === locked.outbound.externalId) return step;
  const reports = await locked.takeReports(externalId);
  return reports.reduce<Step>((before, report) => {
    const after = applyReport(before.outbound, report, locked.now);
    return {
      ...before,
      outbound: after.outbound,
      news: [...(before.news ?? []), ...(after.news ?? [])],
    };
  }, step);
}
