import { carryOut, openRun } from '../connections/carry-out.ts';
import type { ConnectionStore } from '../connections/connection-store.ts';
import { SyncRefusedError, UnknownConnectionError } from '../errors.ts';
import { advanceRun } from './advance-run.ts';
import type { RunRecord } from './run.ts';

/** Opens a run because someone asks for it; gives the one that is open when there is one, which then waits no longer. */
export function requestSync(
  store: ConnectionStore,
  connectionId: string,
): Promise<{ run: RunRecord; alreadyRunning: boolean }> {
  return store.withConnection(connectionId, async (connection) => {
    const { schedule, openRun: run, now } = connection;
    if (schedule === undefined) throw new UnknownConnectionError(connectionId);
    if (schedule.state !== 'active') throw new SyncRefusedError(connectionId);
    if (run === undefined)
      return { run: await openRun(connection, schedule, 'manual'), alreadyRunning: false };
    const step = advanceRun(run, { kind: 'asked' }, { now, isActive: true });
    return {
      run: step === undefined ? run : await carryOut(connection, step),
      alreadyRunning: true,
    };
  });
}
