import type { Attempt } from '../../outbound.ts';
import { settle, type Step, type StepContext } from '../../sending/advance.ts';
import type { ToldOutcome } from '../../sending/read-outcome.ts';
import { isFax, type Fax, type ToldOfFax } from '../fax.ts';
import { applyTold } from './apply-told.ts';

/** Takes the result of an attempt to send a fax: what the provider has taken is asked about from then on. */
export function settleFax(
  { outbound, attempt }: { readonly outbound: Fax; readonly attempt: Attempt },
  { outcome, told }: { readonly outcome: ToldOutcome; readonly told: ToldOfFax },
  context: StepContext,
): Step | undefined {
  const step = settle({ outbound, attempt }, { ...outcome, isDelivered: false }, context);
  if (step === undefined || !isFax(step.outbound)) return step;
  const { now } = context;
  const isTaken = step.news?.includes('sent') === true;
  if (!isTaken) return withTold(step, step.outbound, told);
  const before: Fax = { ...step.outbound, state: 'sending', sentAt: outbound.sentAt };
  return { ...step, ...taken(before, told, now) };
}

function taken(outbound: Fax, told: ToldOfFax, now: Date): Step {
  const isNamed = outbound.externalId !== '' || told.status === 'failed';
  if (isNamed) return applyTold(outbound, told, now);
  // It may be on its way, and there is nothing to ask for it by.
  return {
    outbound: { ...outbound, state: 'unknown', error: noId, updatedAt: now, wakeAt: undefined },
    news: ['unknown'],
  };
}

/** The provider's own reason says more than that it refused. */
function withTold(step: Step, outbound: Fax, { error, providerStatus }: ToldOfFax): Step {
  const isRefused = outbound.state === 'failed' && outbound.error?.code === 'outbound.refused';
  return {
    ...step,
    outbound: {
      ...outbound,
      providerStatus: providerStatus || outbound.providerStatus,
      error: isRefused && error !== undefined ? error : outbound.error,
    },
  };
}

const noId = {
  code: 'fax.no_provider_id',
  message:
    'the provider took the fax without telling an id for it: look there before you send it again',
};
