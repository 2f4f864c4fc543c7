import { HttpError, ProviderRefusedError } from './run-errors.ts';

export interface FailedStep {
  readonly isFirst: boolean;
  readonly isLast: boolean;
  /** A repetition of the whole action does no harm. */
  readonly isRepeatable: boolean;
}

const passing4xx = new Set([408, 425, 429]);

/**
 * What failed for certain is told as such: behind an upload that was accepted the platform cannot know that the job itself
 * was not begun, or was refused.
 */
export function stepError(error: unknown, step: FailedStep): unknown {
  if (!(error instanceof HttpError) || !isCertain(error.status, step)) return error;
  const { status, message } = error;
  return new ProviderRefusedError({
    httpStatus: status,
    error: message,
    errorCode: `http.${String(status)}`,
  });
}

function isCertain(status: number, { isFirst, isLast, isRepeatable }: FailedStep): boolean {
  const isRefused = status >= 400 && status < 500;
  if (isRefused && !passing4xx.has(status)) return !isFirst;
  if (isRepeatable) return false;
  return isRefused ? !isFirst : !isLast;
}
