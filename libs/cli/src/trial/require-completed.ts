import { CliError, exitCodes } from '../errors.ts';
import { answerAt, textAt, type Answer } from '../platform/answer.ts';

/** Throws when a trial failed, so that the command does. */
export function requireCompleted(end: Answer | undefined): void {
  const outcome = end === undefined ? 'stopped' : textAt(end, 'outcome');
  if (outcome === 'completed' || outcome === 'stopped') return;
  const error = answerAt(end ?? {}, 'error') ?? {};
  const stack = textAt(error, 'stack').split('\n').slice(0, 6);
  throw new CliError(
    textAt(error, 'code') || 'trial.not_completed',
    outcome === 'parked' ? exitCodes.later : exitCodes.failed,
    outcome === 'parked' ? 'the source asks to wait' : `it failed: ${textAt(error, 'message')}`,
    { details: stack.filter((line) => line !== '') },
  );
}
