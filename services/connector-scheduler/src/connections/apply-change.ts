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
    if (schedule.state === 'deleted' && openRun !== undefined) {
      // etl takes nothing of a deleted connection, so that no end would ever be recorded.
      const event = { kind: 'connection deleted' } as const;
      const step = advanceRun(openRun, event, { now, isActive: false });
      if (step !== undefined) await carryOut(connection, step);
    }
    return true;
  });
}
