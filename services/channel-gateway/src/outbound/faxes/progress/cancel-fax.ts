import { cancel, type Step } from '../../sending/advance.ts';
import type { Fax } from '../fax.ts';

/** What came of the wish to cancel a fax. */
export type Cancelling =
  | { readonly next: 'done' | 'waiting'; readonly step: Step | undefined }
  | { readonly next: 'impossible'; readonly reason: string };

/** Takes back what is queued; what the provider may have is asked of it, once. */
export function cancelFax(outbound: Fax, now: Date): Cancelling {
  const { state, fax } = outbound;
  switch (state) {
    case 'cancelled':
      return { next: 'done', step: undefined };
    case 'queued':
      // What may have gone with an earlier attempt is not called back by this.
      return { next: 'done', step: cancel(outbound, now) };
    case 'sending':
    case 'sent':
      return fax.canCancel ? wanted(outbound, now) : { next: 'impossible', reason: unable };
    default:
      return {
        next: 'impossible',
        reason: `it is ${state === 'delivered' ? 'succeeded' : state}; that does not change any more`,
      };
  }
}

function wanted(outbound: Fax, now: Date): Cancelling {
  const { state, fax, wakeAt } = outbound;
  if (fax.isCancelWanted || fax.isCancelling) return { next: 'waiting', step: undefined };
  const next = { ...outbound, updatedAt: now, fax: { ...fax, isCancelWanted: true } };
  // A send that is under way comes to its end first, a question, too.
  const isIdle = state === 'sent' && fax.questionId === '';
  return { next: 'waiting', step: { outbound: { ...next, wakeAt: isIdle ? now : wakeAt } } };
}

const unable = 'its provider cannot cancel a fax that it has taken';
