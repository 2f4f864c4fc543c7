import type { RunKind } from '@made-open/contracts';
import { carryOut, openRun } from '../connections/carry-out.ts';
import type { ConnectionStore } from '../connections/connection-store.ts';
import { OtherRunError, RunRefusedError, UnknownConnectionError } from '../errors.ts';
import { advanceRun } from './advance-run.ts';
import type { RunRecord } from './run.ts';

/**
 * Opens a run because someone asks for it; gives the one of its kind that is open when there is one, which then waits no longer.
 * One of another kind is let alone: a connection has one run at a time.
 */
export function requestRun(
  store: ConnectionStore,
  connectionId: string,
  kind: RunKind,
): Promise<{ run: RunRecord; alreadyRunning: boolean }> {
  return store.withConnection(connectionId, async (connection) => {
    const { schedule, openRun: run, now } = connection;
    if (schedule === undefined) throw new UnknownConnectionError(connectionId);
    if (schedule.state !== 'active') throw new RunRefusedError(connectionId);
    if (run === undefined)
      return { run: await openRun(connection, schedule, 'manual', kind), alreadyRunning: false };
    if (run.kind !== kind) throw new OtherRunError(run);
    const step = advanceRun(run, { kind: 'asked' }, { now, isActive: true });
    return {
      run: step === undefined ? run : await carryOut(connection, step),
      alreadyRunning: true,
    };
  });
}
