import type { InvocationResult } from '@made-open/contracts';
import { FaxQuestionNotFoundError } from '../errors.ts';
import type { Step } from '../../sending/advance.ts';
import { isId } from '../../sending/begin-sending.ts';
import { carryOut } from '../../sending/carry-out.ts';
import { errorOf, objectOf } from '../../sending/read-outcome.ts';
import type { OutboundStore } from '../../storage/outbound-store.ts';
import { isFax, type Fax } from '../fax.ts';
import { applyTold, nextQuestion } from './apply-told.ts';
import { readTold } from './read-told.ts';

/** A runner's answer to a question. */
export interface FaxAnswerRequest {
  readonly questionId: string;
  readonly outboundId: string;
  /** Of the subject, which NATS lets no other plugin's runner publish to. */
  readonly pluginId: string;
}

/** Takes what a provider said of a fax; an answer that nobody waits for any more changes nothing. */
export async function recordFaxAnswer(
  store: OutboundStore,
  request: FaxAnswerRequest,
  result: InvocationResult | undefined,
): Promise<void> {
  const { outboundId, questionId, pluginId } = request;
  if (result === undefined || !isId(outboundId)) throw new FaxQuestionNotFoundError();
  const isKnown = await store.withOutbound(outboundId, async (locked) => {
    const { outbound, now } = locked;
    const isOwn = outbound.pluginId === pluginId && outbound.connectionId === result.connectionId;
    if (!isOwn || !isFax(outbound)) return false;
    const isAwaited = outbound.fax.questionId === questionId && questionId !== '';
    if (isAwaited) await carryOut(locked, answered(outbound, result, now));
    return true;
  });
  if (isKnown !== true) throw new FaxQuestionNotFoundError();
}

/** A fault says nothing of the fax: the provider is asked again. */
export function answered(outbound: Fax, result: InvocationResult, now: Date): Step {
  const { error, resultJson, retryAfterMs } = result;
  const wasCancel = outbound.fax.isCancelling;
  const idle: Fax = {
    ...outbound,
    updatedAt: now,
    fax: { ...outbound.fax, questionId: '', isCancelling: false },
  };
  if (error !== undefined)
    return again(wasCancel ? { ...idle, error: errorOf(error) } : idle, now, retryAfterMs);
  const told = readTold(objectOf(resultJson));
  const step =
    wasCancel && told.status === 'unknown' ? { outbound: idle } : applyTold(idle, told, now);
  const { outbound: after } = step;
  if (!isFax(after) || after.state !== 'sent') return step;
  const refused = wasCancel ? { ...after, error: told.error ?? tooLate } : after;
  return { ...step, ...again(refused, now, retryAfterMs) };
}

function again(outbound: Fax, now: Date, leastMs: number): Step {
  if (outbound.state !== 'sent') return { outbound };
  return { outbound: { ...outbound, wakeAt: nextQuestion(outbound, now, leastMs) } };
}

const tooLate = {
  code: 'fax.not_cancelled',
  message: 'the provider did not cancel it; it may be too late',
};
