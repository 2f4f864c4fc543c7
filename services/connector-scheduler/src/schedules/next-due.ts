import { Cron } from 'croner';

/** When a connection is to be synced by itself. */
export interface Recurrence {
  /** Cron expression; empty = hourly. */
  readonly cron: string;
  /** IANA name; empty = UTC. */
  readonly timeZone: string;
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

/** As `nextDue`; hourly ones are moved by up to 10 %, so that they do not all fall on one moment. */
export function planNext(
  recurrence: Recurrence,
  now: Date,
  random: () => number,
): Date | undefined {
  const next = nextDue(recurrence, now);
  if (recurrence.cron !== '' || next === undefined) return next;
  return new Date(next.getTime() + (random() * 2 - 1) * jitterShare * hourMs);
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
