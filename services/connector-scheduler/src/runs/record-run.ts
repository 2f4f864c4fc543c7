import type { RunRecorded } from '@made-open/contracts';
import { carryOut } from '../connections/carry-out.ts';
import type { ConnectionStore } from '../connections/connection-store.ts';
import { advanceRun } from './advance-run.ts';
import type { RunEvent } from './run-event.ts';

/** Takes what etl recorded of a run; what is not of the open run changes nothing. */
export async function recordRun(store: ConnectionStore, recorded: RunRecorded): Promise<void> {
  const event = eventOf(recorded);
  if (event === undefined) return;
  await store.withConnection(recorded.connectionId, async (connection) => {
    const { openRun, schedule, now } = connection;
    if (openRun?.runId !== recorded.runId) return;
    const isActive = schedule?.state === 'active';
    const step = advanceRun(openRun, event, { now, isActive });
    if (step !== undefined) await carryOut(connection, step);
  });
}

function eventOf({
  content,
  epoch,
  attempt,
  counts,
  sweepHeld,
}: RunRecorded): RunEvent | undefined {
  if (content.case === 'begin') {
    const { pluginVersion } = content.value;
    return { kind: 'begun', epoch, attempt, pluginVersion };
  }
  if (content.case === 'end')
    return { kind: 'ended', epoch, attempt, end: content.value, counts, sweepHeld };
  return undefined;
}
