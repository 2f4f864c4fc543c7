import type { ConnectionChanged } from '@made-open/contracts';
import { advanceRun } from '../runs/advance-run.ts';
import { announcedSchedule } from '../schedules/schedule.ts';
import { carryOut } from './carry-out.ts';
import type { ConnectionStore } from './connection-store.ts';

/** Takes over what plugin-manager announced of a connection; says whether it was news. */
export async function applyChange(
  store: ConnectionStore,
  change: ConnectionChanged,
  random: () => number = Math.random,
): Promise<boolean> {
  return store.withConnection(change.connectionId, async (connection) => {
    const { now, openRun } = connection;
    const schedule = announcedSchedule(connection.schedule, change, { now, random });
    if (schedule === undefined) return false;
    await connection.saveSchedule(schedule);
    if (openRun === undefined) return true;
    // etl takes nothing of a deleted connection, so that no end would ever be recorded.
    const kind = schedule.state === 'deleted' ? 'connection deleted' : 'connection changed';
    const isActive = schedule.state === 'active';
    const step = advanceRun(openRun, { kind }, { now, isActive });
    if (step !== undefined) await carryOut(connection, step);
    return true;
  });
}
