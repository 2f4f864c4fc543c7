import { RunKind, RunState } from '@made-open/contracts';
import { uuidv7 } from 'uuidv7';
import { sent, type RunStep } from '../runs/advance-run.ts';
import { runCommand, runEvent } from '../runs/announcements.ts';
import { laneOf } from '../runs/lane.ts';
import { isOpen, type RunRecord, type Trigger } from '../runs/run.ts';
import { endedSchedule, type EndedRun, type Schedule } from '../schedules/schedule.ts';
import type { LockedConnection } from './connection-store.ts';

/** Writes a step of a run with everything that goes out for it; gives the run as it is then. */
export async function carryOut(connection: LockedConnection, step: RunStep): Promise<RunRecord> {
  const { now, schedule } = connection;
  const hasRequestBudget = schedule?.budget !== undefined;
  // Frames of the command before no longer count from the moment the new epoch begins at etl.
  const configRevision = schedule?.configRevision ?? 0;
  const run = step.isSent
    ? withVersion({ ...step.run, epoch: await connection.nextEpoch(), configRevision }, schedule)
    : step.run;
  await connection.saveRun(run);
  await connection.publish([
    // What has failed has done so as it was before, wherever the run goes next.
    ...step.news.map((news) => runEvent(news, news === 'canary failed' ? step.run : run, now)),
    ...(step.isSent ? [runCommand(run, { now, hasRequestBudget })] : []),
  ]);
  if (!isOpen(run) && schedule !== undefined)
    await connection.saveSchedule(endedSchedule(schedule, endOf(run), now));
  return run;
}

/** That of the canary is the run's own: the connection may have got another one meanwhile. */
function withVersion(run: RunRecord, schedule: Schedule | undefined): RunRecord {
  return run.lane === 'canary' ? run : { ...run, pluginVersion: schedule?.pluginVersion ?? '' };
}

function endOf({ kind, state, configRevision }: RunRecord): EndedRun {
  if (kind === RunKind.REMAP || state === RunState.CANCELLED) return { result: 'nothing' };
  return state === RunState.COMPLETED ? { result: 'synced' } : { result: 'failed', configRevision };
}

/** Opens a run of a connection that has none open. */
export async function openRun(
  connection: LockedConnection,
  { connectionId, spaceId, pluginId, canary }: Schedule,
  trigger: Trigger,
  kind: RunKind = RunKind.SYNC,
): Promise<RunRecord> {
  const { now } = connection;
  const runId = uuidv7();
  // What is stored is mapped by the active version.
  const lane = kind === RunKind.REMAP ? 'stable' : laneOf(runId, canary);
  await noteBegin(connection, { kind, lane });
  const run: RunRecord = {
    runId,
    connectionId,
    spaceId,
    pluginId,
    pluginVersion: lane === 'canary' ? (canary?.version ?? '') : '',
    lane,
    kind,
    trigger,
    state: RunState.QUEUED,
    epoch: 0,
    attempt: 0,
    frame: 0,
    slice: 1,
    retries: 0,
    queuedAt: now,
    startedAt: undefined,
    finishedAt: undefined,
    wakeAt: undefined,
    counts: undefined,
    usage: undefined,
    error: undefined,
    sweepHeld: false,
    isThrottled: false,
    configRevision: 0,
  };
  return carryOut(connection, sent(run, { now }));
}

/** A sync fetches all that was hinted at before; and the one after it goes to a canary by its share alone. */
async function noteBegin(
  connection: LockedConnection,
  { kind, lane }: Pick<RunRecord, 'kind' | 'lane'>,
): Promise<void> {
  const { schedule } = connection;
  if (schedule === undefined) return;
  const isPaid = lane === 'canary' && schedule.canary?.isOwed === true;
  const isServed = kind === RunKind.SYNC && schedule.isHinted;
  if (!isPaid && !isServed) return;
  const canary =
    isPaid && schedule.canary ? { ...schedule.canary, isOwed: false } : schedule.canary;
  await connection.saveSchedule({ ...schedule, canary, isHinted: schedule.isHinted && !isServed });
}
