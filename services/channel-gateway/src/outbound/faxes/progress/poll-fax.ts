import type { Step } from '../../sending/advance.ts';
import type { Fax } from '../fax.ts';
import { idle, nextQuestion } from './apply-told.ts';

/** A question to the provider of a fax. */
export interface FaxQuestion {
  readonly id: string;
  readonly isCancel: boolean;
}

/** So long a runner has, from the command to its answer. */
export const questionMs = 60_000;
/** The answer may be on its way. */
const graceMs = 10_000;
const pauseMs = 30_000;

/** What is due for a fax that its provider has: a question, or to give up. */
export function pollFax(
  outbound: Fax,
  questionId: string,
  now: Date,
): { readonly step: Step; readonly question?: FaxQuestion } {
  const { fax } = outbound;
  const isCancel = fax.isCancelWanted && fax.canCancel;
  if (!isCancel && new Date(fax.pollUntil) <= now) return { step: givenUp(outbound, now) };
  if (!isCancel && !fax.canAsk)
    return { step: { outbound: { ...outbound, wakeAt: new Date(fax.pollUntil) } } };
  const asking = {
    ...fax,
    asked: fax.asked + 1,
    questionId,
    isCancelWanted: false,
    isCancelling: isCancel,
  };
  const wakeAt = new Date(now.getTime() + questionMs + graceMs);
  return {
    step: { outbound: { ...outbound, wakeAt, fax: asking } },
    question: { id: questionId, isCancel },
  };
}

/** Leaves it for later: there is nobody to ask now. */
export function postponePoll(outbound: Fax, now: Date): Step {
  if (new Date(outbound.fax.pollUntil) <= now) return givenUp(outbound, now);
  return { outbound: { ...outbound, wakeAt: nextQuestion(outbound, now, pauseMs) } };
}

function givenUp(outbound: Fax, now: Date): Step {
  const fax = { ...outbound.fax, ...idle };
  return {
    outbound: {
      ...outbound,
      state: 'unknown',
      error: outbound.error ?? noEnd,
      updatedAt: now,
      wakeAt: undefined,
      fax,
    },
    news: ['unknown'],
  };
}

const noEnd = {
  code: 'fax.no_final_status',
  message: 'the provider did not say in time what became of the fax: ask there',
};
