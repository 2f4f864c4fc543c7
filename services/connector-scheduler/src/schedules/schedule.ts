import { ConnectionState, type ConnectionChanged } from '@made-open/contracts';
import { isRecurrence, nextDue, planNext, type Recurrence } from './next-due.ts';

export type ScheduleState = 'active' | 'inactive' | 'deleted';

/** The schedule of a connection, as plugin-manager last announced it. */
export interface Schedule extends Recurrence {
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
  readonly dueTrigger: 'start-up' | 'schedule';
  readonly lastSuccessAt: Date | undefined;
}

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
  };
  const state = stateOf(change);
  const lastSuccessAt = known?.lastSuccessAt;
  const idle = { nextDueAt: undefined, dueTrigger: 'schedule', lastSuccessAt } as const;
  if (state !== 'active') return { ...base, state, ...idle };
  // Kept in the row and not only begun here: a crash before the run is opened must not lose it.
  if (known?.state !== 'active')
    return { ...base, state, nextDueAt: now, dueTrigger: 'start-up', lastSuccessAt };
  const { nextDueAt, dueTrigger } = known;
  const isSame = known.cron === cron && known.timeZone === timeZone;
  if (isSame || dueTrigger === 'start-up')
    return { ...base, state, nextDueAt, dueTrigger, lastSuccessAt };
  return { ...base, state, ...idle, nextDueAt: planned(base, now, random) };
}

/** The schedule once the run that was due is opened, or left out since one is under way: missed times are not made up for. */
export function plannedSchedule(schedule: Schedule, now: Date, random: () => number): Schedule {
  return { ...schedule, nextDueAt: planned(schedule, now, random), dueTrigger: 'schedule' };
}

/** Whether a run is due by itself now. */
export function isDue({ state, nextDueAt }: Schedule, now: Date): boolean {
  return state === 'active' && nextDueAt !== undefined && nextDueAt <= now;
}

/** Due at the start of the scheduler when a time since the last success has passed; undefined when nothing is to be done. */
export function caughtUpSchedule(schedule: Schedule, now: Date): Schedule | undefined {
  if (schedule.state !== 'active' || isDue(schedule, now) || !isRecurrence(schedule))
    return undefined;
  const { lastSuccessAt } = schedule;
  const missed = lastSuccessAt === undefined ? now : nextDue(schedule, lastSuccessAt);
  if (missed === undefined || missed > now) return undefined;
  return { ...schedule, nextDueAt: now, dueTrigger: 'start-up' };
}

function stateOf({ state, pluginType }: ConnectionChanged): ScheduleState {
  const known = states[state] ?? 'inactive';
  // Channels and operators have nothing to sync.
  return known === 'active' && pluginType !== 'connector' ? 'inactive' : known;
}

function planned(recurrence: Recurrence, now: Date, random: () => number): Date | undefined {
  return isRecurrence(recurrence) ? planNext(recurrence, now, random) : undefined;
}
