import { RunOutcome, RunState, type RunEnd } from '@made-open/contracts';

/** What follows from the end of an attempt. */
export type NextStep =
  | { readonly kind: 'finished'; readonly state: RunState }
  /** The same run goes on at once with its next slice. */
  | { readonly kind: 'slice' }
  /** The same run is tried again after a while. */
  | { readonly kind: 'later'; readonly afterMs: number; readonly isRetry: boolean };

const retryAfterMs = [30_000, 120_000, 600_000] as const;
const defaultParkMs = 60_000;
/** A plugin that broke a rule breaks it again; so does a wrong config. */
const notRetried = /^(sandbox|manifest|config|capability|wallet)\./u;

/** Decides what a run does after an attempt has ended. */
export function nextStep(
  end: Pick<RunEnd, 'outcome' | 'error' | 'retryAfterMs' | 'permanent'>,
  retries: number,
): NextStep {
  switch (end.outcome) {
    case RunOutcome.COMPLETED:
      return { kind: 'finished', state: RunState.COMPLETED };
    case RunOutcome.SLICED:
      return { kind: 'slice' };
    case RunOutcome.PARKED:
      return { kind: 'later', afterMs: end.retryAfterMs || defaultParkMs, isRetry: false };
    default:
      return end.permanent
        ? { kind: 'finished', state: RunState.FAILED }
        : afterFailure(end.error?.code ?? '', retries);
  }
}

function afterFailure(code: string, retries: number): NextStep {
  const afterMs = retryAfterMs[retries];
  if (afterMs === undefined || notRetried.test(code))
    return { kind: 'finished', state: RunState.FAILED };
  return { kind: 'later', afterMs, isRetry: true };
}
