import { Cron } from 'croner';

/** When a connection is to be synced by itself. */
export interface Recurrence {
  /** Cron expression; empty = hourly. */
  readonly cron: string;
  /** IANA name; empty = UTC. */
  readonly timeZone: string;
}

/** A recurrence whose times are moved, so that many do not fall on one moment. */
export interface JitteredRecurrence extends Recurrence {
  /** How much later than its time a run may begin; absent = as the platform does it. */
  readonly jitterSeconds: number | undefined;
}

const hourMs = 3_600_000;
const jitterShare = 0.1;

/**
 * The first time after `after` that a recurrence falls on; undefined for a day that never comes. Without an expression an hour later.
 * A fixed time that the change to daylight-saving time skips comes when the skipped hour is over, and one that occurs
 * twice comes the first time; an expression for every hour or minute follows the time that really passes.
 */
export function nextDue({ cron, timeZone }: Recurrence, after: Date): Date | undefined {
  if (cron === '') return new Date(after.getTime() + hourMs);
  const timezone = timeZone === '' ? 'UTC' : timeZone;
  return new Cron(cron, { timezone, paused: true }).nextRun(after) ?? undefined;
}

/** As `nextDue`, moved by chance: as far as it is told, and else by up to 10 % without an expression, with one not at all. */
export function planNext(
  recurrence: JitteredRecurrence,
  now: Date,
  random: () => number,
): Date | undefined {
  const next = nextDue(recurrence, now);
  if (next === undefined) return undefined;
  const { cron, jitterSeconds } = recurrence;
  if (jitterSeconds !== undefined)
    return later(next, random() * Math.min(jitterSeconds * 1000, roomMs(recurrence, next)));
  return cron === '' ? later(next, (random() * 2 - 1) * jitterShare * hourMs) : next;
}

/** Half of the way to the following time: what is moved further could pass it, and that time would be lost. */
function roomMs(recurrence: Recurrence, next: Date): number {
  const following = nextDue(recurrence, next);
  return following === undefined ? Infinity : (following.getTime() - next.getTime()) / 2;
}

function later(time: Date, ms: number): Date {
  return new Date(time.getTime() + Math.round(ms));
}

/** Whether the expression and the time zone can be read. */
export function isRecurrence(recurrence: Recurrence): boolean {
  try {
    nextDue(recurrence, new Date(0));
    return true;
  } catch {
    return false;
  }
}
