import { describeError } from '@made-open/bus';
import { RunOutcome } from '@made-open/contracts';
import { SandboxError, SupersededRunnerError } from '../errors.ts';
import type { SandboxFailure } from '../sandbox/sandbox-limits.ts';

/** How a run ended, as its last frame says. */
export interface End {
  readonly outcome: RunOutcome;
  readonly error?: { readonly code: string; readonly message: string; readonly stack?: string };
  readonly retryAfterMs?: number;
  /** Trying again changes nothing. */
  readonly permanent?: boolean;
}

/** The account is refused, closed or not paid for. */
const personNeeded = new Set([401, 402, 403]);
/** Faults of a network or a server; every other refusal of egress is one of the request. */
const passing =
  /^egress\.(timeout|aborted|dns_empty|connection|tls|response_broken|response_not_json)$/u;
const tooBusy = new Set([429, 503]);

export const completed: End = { outcome: RunOutcome.COMPLETED };
export const sliced: End = { outcome: RunOutcome.SLICED };
export const interrupted: End = { outcome: RunOutcome.INTERRUPTED };

export function failed(code: string, message: string): End {
  return { outcome: RunOutcome.FAILED, error: { code, message } };
}

/**
 * The end that an error means, with secrets taken out of what the plugin says.
 * Undefined for a fault that passes by itself: then the attempt is repeated.
 */
export function endOf(error: unknown, redact: (text: string) => string): End | undefined {
  if (error instanceof SandboxError) return endOfFailure(error.failure, redact);
  if (error instanceof SupersededRunnerError)
    return { ...interrupted, retryAfterMs: error.retryAfterMs };
  const { code, message, retry } = describeError(error);
  if (code === 'items.frame_format') return failed('sandbox.frame_format', redact(message));
  return retry === 'never' ? failed(code, redact(message)) : undefined;
}

function endOfFailure(failure: SandboxFailure, redact: (text: string) => string): End {
  const { code, message, stack, status = 0, retryAfterMs } = failure;
  // The source is busy and says for how long: nothing is wrong with the run.
  if (tooBusy.has(status) && retryAfterMs !== undefined)
    return { outcome: RunOutcome.PARKED, retryAfterMs: Math.ceil(retryAfterMs) };
  return {
    outcome: RunOutcome.FAILED,
    permanent: personNeeded.has(status) || (code.startsWith('egress.') && !passing.test(code)),
    error: {
      code,
      message: shown(redact(message)),
      ...(stack === undefined ? {} : { stack: shown(redact(stack)) }),
    },
  };
}

const maxText = 8192;

function shown(text: string): string {
  return text.slice(0, maxText);
}
