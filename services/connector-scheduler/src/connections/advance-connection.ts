import { advanceRun } from '../runs/advance-run.ts';
import { isOpen, type RunRecord } from '../runs/run.ts';
import { isDue, plannedSchedule } from '../schedules/schedule.ts';
import { carryOut, openRun } from './carry-out.ts';
import type { ConnectionStore, LockedConnection } from './connection-store.ts';

/** Does what is to be done for a connection now, whoever asks and however often. */
export async function advanceConnection(
  store: ConnectionStore,
  connectionId: string,
  random: () => number = Math.random,
): Promise<void> {
  await store.withConnection(connectionId, async (connection) => {
    const run = await wake(connection);
    const { schedule, now } = connection;
    if (schedule === undefined || !isDue(schedule, now)) return;
    await connection.saveSchedule(plannedSchedule(schedule, now, random));
    if (run === undefined || !isOpen(run)) await openRun(connection, schedule, schedule.dueTrigger);
  });
}

async function wake(connection: LockedConnection): Promise<RunRecord | undefined> {
  const { openRun: run, schedule, now } = connection;
  if (run === undefined) return undefined;
  const isActive = schedule?.state === 'active';
  const step = advanceRun(run, { kind: 'woken' }, { now, isActive });
  return step === undefined ? run : carryOut(connection, step);
}
