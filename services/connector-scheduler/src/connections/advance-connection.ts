import { RunKind } from '@made-open/contracts';
import { advanceRun, isSilent } from '../runs/advance-run.ts';
import type { RunProgress } from '../runs/run-event.ts';
import type { ProgressSource } from '../runs/progress-source.ts';
import { isOpen, type RunRecord } from '../runs/run.ts';
import { isDue, isMissed, plannedSchedule, type Schedule } from '../schedules/schedule.ts';
import { advanceSubscriptions } from '../subscriptions/keep-subscriptions.ts';
import { carryOut, openRun } from './carry-out.ts';
import type { ConnectionStore, LockedConnection } from './connection-store.ts';

export interface AdvanceParts {
  readonly store: ConnectionStore;
  readonly source: ProgressSource;
  readonly random?: () => number;
}

/** Does what is to be done for a connection now, whoever asks and however often. */
export async function advanceConnection(
  { store, source, random = Math.random }: AdvanceParts,
  connectionId: string,
): Promise<void> {
  // Asked outside the lock; while etl is away nobody is given up.
  const isAsked = await store.withConnection(connectionId, ({ openRun: run, now }) =>
    Promise.resolve(run !== undefined && isSilent(run, now)),
  );
  const progress = isAsked ? await source.progress(connectionId) : undefined;
  await store.withConnection(connectionId, async (connection) => {
    const run = await wake(connection, progress);
    await advanceSubscriptions(connection, random);
    await beginDue(connection, run, random);
  });
}

/** Begins the run that is due, or notes that it is owed. */
async function beginDue(
  connection: LockedConnection,
  run: RunRecord | undefined,
  random: () => number,
): Promise<void> {
  const { schedule, now } = connection;
  if (schedule === undefined || !isDue(schedule, now)) return;
  const next = plannedSchedule(schedule, now, random);
  if (isMissed(schedule, now)) return connection.saveSchedule(next);
  const isBusy = run !== undefined && isOpen(run);
  await connection.saveSchedule({ ...next, isOwed: isBusy && isQueued(schedule, run) });
  if (!isBusy) await openRun(connection, schedule, schedule.dueTrigger);
}

/**
 * Whether a run follows for a time that finds another under way. One begun since the connection became active serves as well, but
 * a remap does not: it brings nothing of the source.
 */
function isQueued({ overlap, dueTrigger, isOwed }: Schedule, run: RunRecord): boolean {
  if (run.kind === RunKind.REMAP) return true;
  return overlap === 'queue' && (dueTrigger === 'schedule' || isOwed);
}

async function wake(
  connection: LockedConnection,
  progress: RunProgress | undefined,
): Promise<RunRecord | undefined> {
  const { openRun: run, schedule, now } = connection;
  // One that fell silent since is asked about next time.
  if (run === undefined || (progress === undefined && isSilent(run, now))) return run;
  const isActive = schedule?.state === 'active';
  const step = advanceRun(run, { kind: 'woken', progress }, { now, isActive });
  return step === undefined ? run : carryOut(connection, step);
}
