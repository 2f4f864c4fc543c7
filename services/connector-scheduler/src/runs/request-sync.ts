import { openRun } from '../connections/carry-out.ts';
import type { ConnectionStore } from '../connections/connection-store.ts';
import { SyncRefusedError, UnknownConnectionError } from '../errors.ts';
import type { RunRecord } from './run.ts';

/** Opens a run because someone asks for it; gives the one that is under way when there is one. */
export function requestSync(
  store: ConnectionStore,
  connectionId: string,
): Promise<{ run: RunRecord; alreadyRunning: boolean }> {
  return store.withConnection(connectionId, async (connection) => {
    const { schedule, openRun: run } = connection;
    if (schedule === undefined) throw new UnknownConnectionError(connectionId);
    if (schedule.state !== 'active') throw new SyncRefusedError(connectionId);
    if (run !== undefined) return { run, alreadyRunning: true };
    return { run: await openRun(connection, schedule, 'manual'), alreadyRunning: false };
  });
}
