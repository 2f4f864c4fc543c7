import type { ConnectionChanged } from '@made-open/contracts';
import { advanceRun } from '../runs/advance-run.ts';
import type { RunRecord } from '../runs/run.ts';
import { announcedSchedule, type Schedule } from '../schedules/schedule.ts';
import { announceSubscriptions } from '../subscriptions/keep-subscriptions.ts';
import { carryOut } from './carry-out.ts';
import type { ConnectionStore } from './connection-store.ts';

export interface ApplyOptions {
  /** Of channel-gateway; absent when nobody outside reaches it. */
  readonly publicUrl?: string | undefined;
  readonly random?: () => number;
}

/** Takes over what plugin-manager announced of a connection; says whether it was news. */
export async function applyChange(
  store: ConnectionStore,
  change: ConnectionChanged,
  { publicUrl, random = Math.random }: ApplyOptions = {},
): Promise<boolean> {
  return store.withConnection(change.connectionId, async (connection) => {
    const { now, openRun } = connection;
    const schedule = announcedSchedule(connection.schedule, change, { now, random });
    if (schedule === undefined) return false;
    await connection.saveSchedule(schedule);
    await announceSubscriptions(connection, change, publicUrl);
    if (openRun === undefined) return true;
    const kind = changeFor(openRun, schedule);
    const isActive = schedule.state === 'active';
    const step = advanceRun(openRun, { kind }, { now, isActive });
    if (step !== undefined) await carryOut(connection, step);
    return true;
  });
}

type Change = 'connection changed' | 'connection deleted' | 'canary ended';

/** What an announcement means for the run that is open. */
function changeFor(run: RunRecord, { state, canary }: Schedule): Change {
  // etl takes nothing of a deleted connection, so that no end would ever be recorded.
  if (state === 'deleted') return 'connection deleted';
  const isTried = run.lane === 'stable' || run.pluginVersion === canary?.version;
  return isTried ? 'connection changed' : 'canary ended';
}
