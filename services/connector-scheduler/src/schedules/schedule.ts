import { ConnectionState, type ConnectionChanged } from '@made-open/contracts';
import type { RequestBucket, RequestBudget } from '../budgets/request-bucket.ts';
import type { CanaryShare } from '../runs/lane.ts';
import { isRecurrence, nextDue, planNext, type JitteredRecurrence } from './next-due.ts';
import { policyOf, type SchedulePolicy } from './schedule-policy.ts';

export type ScheduleState = 'active' | 'inactive' | 'deleted';

/** The schedule of a connection, as plugin-manager last announced it. */
export interface Schedule extends JitteredRecurrence, SchedulePolicy {
  readonly connectionId: string;
  readonly spaceId: string;
  readonly pluginId: string;
  /** Of the announcement; older ones are ignored. */
  readonly generation: number;
  readonly announcedAt: Date;
  readonly state: ScheduleState;
  /** Absent while it is not active, and for an expression that cannot be read or never comes. */
  readonly nextDueAt: Date | undefined;
  /** What the run that is due is begun for. */
  readonly dueTrigger: 'start-up' | 'schedule' | 'change' | 'webhook';
  /** A time came while a run was under way: one follows when it has ended. */
  readonly isOwed: boolean;
  /** A webhook said that there is something new, and no sync has begun since. */
  readonly isHinted: boolean;
  readonly lastSuccessAt: Date | undefined;
  /** Rises when its config changes. */
  readonly configRevision: number;
  /** With which the newest sync failed; absent when it went well. */
  readonly failedRevision: number | undefined;
  /** Absent = as many requests as its runs send. */
  readonly budget: RequestBudget | undefined;
  readonly bucket: RequestBucket | undefined;
  /** The active version of the plugin; empty when it was not told. */
  readonly pluginVersion: string;
  /** Absent: all runs go to the active version. */
  readonly canary: CanaryShare | undefined;
}

/** A time that nobody kept for so long has passed; until then a scheduler was only slow, or was started anew. */
const missedMs = 5 * 60_000;

const states: Readonly<Record<ConnectionState, ScheduleState>> = {
  [ConnectionState.UNSPECIFIED]: 'inactive',
  [ConnectionState.INACTIVE]: 'inactive',
  [ConnectionState.ACTIVE]: 'active',
  [ConnectionState.PAUSED]: 'inactive',
  [ConnectionState.DELETED]: 'deleted',
};

/** The schedule after an announcement; undefined when the announcement is old. */
export function announcedSchedule(
  known: Schedule | undefined,
  change: ConnectionChanged,
  { now, random }: { now: Date; random: () => number },
): Schedule | undefined {
  if (known !== undefined && known.generation >= change.generation) return undefined;
  const { connectionId, spaceId, pluginId, generation, schedule: cron, timeZone } = change;
  const base = {
    connectionId,
    spaceId,
    pluginId,
    generation,
    announcedAt: now,
    cron,
    timeZone,
    ...policyOf(change.schedulePolicy),
    isOwed: false,
    ...rememberedOf(known, change),
    budget: budgetOf(change),
    pluginVersion: change.pluginVersion,
    canary: canaryOf(known, change),
  };
  const state = stateOf(change);
  const idle = { nextDueAt: undefined, dueTrigger: 'schedule' } as const;
  if (state !== 'active') return { ...base, state, ...idle };
  if (known?.state !== 'active') return begun({ ...base, state, ...idle }, now, random);
  const { nextDueAt, dueTrigger, isOwed } = known;
  if (isMended(base)) return { ...base, state, isOwed, ...dueByChange(now) };
  if (isSame(known, base) || dueTrigger !== 'schedule')
    return { ...base, state, nextDueAt, dueTrigger, isOwed };
  return { ...base, state, ...idle, isOwed, nextDueAt: planned(base, now, random) };
}

/** The schedule as its connection becomes active: due at once, unless the times that passed meanwhile are to be left out. */
function begun(schedule: Schedule, now: Date, random: () => number): Schedule {
  const isLeftOut = schedule.catchUp === 'none' && schedule.lastSuccessAt !== undefined;
  if (isLeftOut && !isMended(schedule) && !schedule.isHinted)
    return plannedSchedule(schedule, now, random);
  // Kept in the row and not only begun here: a crash before the run is opened must not lose it.
  return { ...schedule, nextDueAt: now, dueTrigger: 'start-up' };
}

/** What outlives an announcement. */
function rememberedOf(
  known: Schedule | undefined,
  { configRevision: told }: ConnectionChanged,
): Pick<Schedule, 'lastSuccessAt' | 'bucket' | 'configRevision' | 'failedRevision' | 'isHinted'> {
  const {
    lastSuccessAt,
    bucket,
    failedRevision,
    configRevision = 0,
    isHinted = false,
  } = known ?? {};
  // 0 of a manager that does not tell.
  const revisions = { failedRevision, configRevision: told || configRevision };
  return { lastSuccessAt, bucket, isHinted, ...revisions };
}

/** The newest sync failed, and what it was done with has changed since. */
function isMended({
  configRevision,
  failedRevision,
}: Pick<Schedule, 'configRevision' | 'failedRevision'>): boolean {
  return failedRevision !== undefined && configRevision > failedRevision;
}

function dueByChange(now: Date): Pick<Schedule, 'nextDueAt' | 'dueTrigger'> {
  return { nextDueAt: now, dueTrigger: 'change' };
}

/** One that nothing could be taken from is none. */
function budgetOf({ requestBudget }: ConnectionChanged): RequestBudget | undefined {
  const { requests, perSeconds } = requestBudget ?? { requests: 0, perSeconds: 0 };
  return requests > 0 && perSeconds > 0 ? { requests, perSeconds } : undefined;
}

/** A version that begins to be tried out owes its first connection a run; it owes it once. */
function canaryOf(known: Schedule | undefined, { canary }: ConnectionChanged): Schedule['canary'] {
  if (canary === undefined || canary.version === '') return undefined;
  const { version, percent, isFirst } = canary;
  const before = known?.canary?.version === version ? known.canary : undefined;
  return { version, percent, isOwed: before?.isOwed ?? isFirst };
}

function isSame(known: JitteredRecurrence, told: JitteredRecurrence): boolean {
  return (
    known.cron === told.cron &&
    known.timeZone === told.timeZone &&
    known.jitterSeconds === told.jitterSeconds
  );
}

/** The schedule once the run that was due is opened, or left out since one is under way: missed times are not made up for. */
export function plannedSchedule(schedule: Schedule, now: Date, random: () => number): Schedule {
  return { ...schedule, nextDueAt: planned(schedule, now, random), dueTrigger: 'schedule' };
}

/** Whether a run is due by itself now. */
export function isDue({ state, nextDueAt }: Schedule, now: Date): boolean {
  return state === 'active' && nextDueAt !== undefined && nextDueAt <= now;
}

/** Whether the time that is due passed while nobody could keep it, and is to be left out. */
export function isMissed({ catchUp, dueTrigger, nextDueAt }: Schedule, now: Date): boolean {
  if (catchUp !== 'none' || dueTrigger !== 'schedule' || nextDueAt === undefined) return false;
  return now.getTime() - nextDueAt.getTime() > missedMs;
}

/** What the end of a run says of its connection; nothing when it was a remap, or somebody ended it. */
export type EndedRun =
  | { readonly result: 'synced' | 'nothing' }
  | { readonly result: 'failed'; readonly configRevision: number };

/** The schedule once a run has ended: what it owes is due now, and so is another try of what was mended meanwhile. */
export function endedSchedule(schedule: Schedule, run: EndedRun, now: Date): Schedule {
  const ended = afterRun(schedule, run, now);
  if (ended.state !== 'active') return ended;
  if (schedule.isOwed) return { ...ended, isOwed: false, nextDueAt: now, dueTrigger: 'schedule' };
  if (run.result === 'failed' && isMended(ended)) return { ...ended, ...dueByChange(now) };
  return ended.isHinted ? hintedSchedule(ended, now) : ended;
}

/** What comes in one moment is fetched by one sync. */
const gatherMs = 3000;

/**
 * The schedule once a webhook has said that there is something new: due in a moment, or, while a run is under way that may
 * have passed it already, as soon as that has ended.
 */
export function hintedSchedule(schedule: Schedule, now: Date, isBusy = false): Schedule {
  const hinted = { ...schedule, isHinted: true };
  const dueAt = new Date(now.getTime() + gatherMs);
  const isSoon = schedule.nextDueAt !== undefined && schedule.nextDueAt <= dueAt;
  if (schedule.state !== 'active' || isBusy || isSoon) return hinted;
  return { ...hinted, nextDueAt: dueAt, dueTrigger: 'webhook' };
}

function afterRun(schedule: Schedule, run: EndedRun, now: Date): Schedule {
  switch (run.result) {
    case 'synced':
      return { ...schedule, lastSuccessAt: now, failedRevision: undefined };
    case 'failed':
      return { ...schedule, failedRevision: run.configRevision };
    default:
      return schedule;
  }
}

/** Due at the start of the scheduler when a time since the last success has passed; undefined when nothing is to be done. */
export function caughtUpSchedule(schedule: Schedule, now: Date): Schedule | undefined {
  const { state, catchUp, lastSuccessAt } = schedule;
  if (state !== 'active' || catchUp === 'none') return undefined;
  if (isDue(schedule, now) || !isRecurrence(schedule)) return undefined;
  const missed = lastSuccessAt === undefined ? now : nextDue(schedule, lastSuccessAt);
  if (missed === undefined || missed > now) return undefined;
  return { ...schedule, nextDueAt: now, dueTrigger: 'start-up' };
}

function stateOf(change: ConnectionChanged): ScheduleState {
  const known = states[change.state] ?? 'inactive';
  return known === 'active' && !hasSyncs(change) ? 'inactive' : known;
}

/** Operators have nothing to sync, and of the channels those that say when. */
function hasSyncs({ pluginType, schedule }: ConnectionChanged): boolean {
  return pluginType === 'connector' || (pluginType === 'channel' && schedule !== '');
}

function planned(
  recurrence: JitteredRecurrence,
  now: Date,
  random: () => number,
): Date | undefined {
  return isRecurrence(recurrence) ? planNext(recurrence, now, random) : undefined;
}
