import type { InvocationResult } from '@made-open/contracts';
import type { ConnectionStore } from '../../connections/connection-store.ts';
import { AttemptNotFoundError } from '../errors.ts';
import type { OutboundStore } from '../storage/outbound-store.ts';
import { isIdempotent } from './advance-outbound.ts';
import { settle } from './advance.ts';
import { isId, type AttemptRequest } from './begin-sending.ts';
import { settleFax } from '../faxes/progress/settle-fax.ts';
import { isFax } from '../faxes/fax.ts';
import { readTold } from '../faxes/progress/read-told.ts';
import { carryOut } from './carry-out.ts';
import { objectOf, readOutcome } from './read-outcome.ts';

export interface RecordingParts {
  readonly store: OutboundStore;
  readonly connections: ConnectionStore;
}

/** Takes what became of an attempt; the same result again changes nothing. */
export async function recordSending(
  { store, connections }: RecordingParts,
  request: Omit<AttemptRequest, 'connectionId'>,
  result: InvocationResult | undefined,
): Promise<void> {
  if (result === undefined || !isId(request.attemptId)) throw new AttemptNotFoundError();
  const connection = await connections.find(result.connectionId);
  const isKnown = await store.withAttempt(request.attemptId, async (locked) => {
    const { outbound, attempt, now } = locked;
    const isOwn =
      outbound.pluginId === request.pluginId && outbound.connectionId === result.connectionId;
    if (attempt === undefined || !isOwn) return false;
    const context = { now, isIdempotent: isIdempotent(connection) };
    const outcome = readOutcome(outbound.kind, result);
    const told = readTold(objectOf(result.resultJson));
    const step = isFax(outbound)
      ? settleFax({ outbound, attempt }, { outcome, told }, context)
      : settle({ outbound, attempt }, outcome, context);
    if (step !== undefined) await carryOut(locked, step);
    return true;
  });
  if (isKnown !== true) throw new AttemptNotFoundError();
}
