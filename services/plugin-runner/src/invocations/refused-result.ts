import { Effect, type Invoke } from '@made-open/contracts';
import type { VersionRefusedError } from '../assignment/errors.ts';
import type { InvocationResult } from './invocation.ts';
import { isSend } from './invocation-input.ts';

/** Of a call whose version may not be run: nothing was done, and nothing will be. */
export function refusedResult(command: Invoke, error: VersionRefusedError): InvocationResult {
  const { invocationId, connectionId, try: attempt, pluginVersion } = command;
  const { code, message } = error;
  return {
    invocationId,
    connectionId,
    try: attempt,
    error: { code, message },
    permanent: true,
    retryAfterMs: 0,
    resultJson: '',
    effect: isSend(command) ? Effect.NONE : Effect.UNSPECIFIED,
    pluginVersion,
  };
}
