import { RunState } from '@made-open/contracts';
import { carryOut } from '../connections/carry-out.ts';
import type { ConnectionStore } from '../connections/connection-store.ts';
import { RunEndedError } from '../errors.ts';
import { advanceRun } from './advance-run.ts';
import { isRunId } from './run-id.ts';
import type { RunRecord } from './run.ts';

/**
 * Ends a run that is open, wherever it is; undefined when there is no such run. Whoever carries it out learns that it is no longer
 * wanted when it next asks, and nothing more of it is recorded.
 */
export async function cancelRun(
  store: ConnectionStore,
  runId: string,
): Promise<RunRecord | undefined> {
  const found = isRunId(runId) ? await store.findRun(runId) : undefined;
  if (found === undefined) return undefined;
  await store.withConnection(found.connectionId, async (connection) => {
    const { openRun, schedule, now } = connection;
    if (openRun?.runId !== runId) return;
    const isActive = schedule?.state === 'active';
    const step = advanceRun(openRun, { kind: 'cancelled' }, { now, isActive });
    if (step !== undefined) await carryOut(connection, step);
  });
  const ended = await store.findRun(runId);
  if (ended !== undefined && ended.state !== RunState.CANCELLED) throw new RunEndedError(runId);
  return ended;
}
