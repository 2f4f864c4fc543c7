import { Cron } from 'croner';

const hourMs = 3_600_000;
const jitterShare = 0.1;

/**
 * When a connection is due next: by its cron expression in its time zone, else an hour from now with up to 10 % of jitter.
 * A local time that the change to daylight-saving time skips runs at the next valid time; one that occurs twice runs once.
 */
export function nextDue(
  cron: string,
  timeZone: string,
  now: Date,
  random: () => number = Math.random,
): Date {
  if (cron === '') return new Date(now.getTime() + hourMs * (1 + (random() * 2 - 1) * jitterShare));
  const next = new Cron(cron, {
    timezone: timeZone === '' ? 'UTC' : timeZone,
    paused: true,
  }).nextRun(now);
  // An expression for a day that never comes is due never, for all we plan.
  return next ?? new Date(now.getTime() + 365 * 24 * hourMs);
}

/** How old a success may be before a sync is due at start: the distance of two runs. */
export function intervalMs(cron: string, timeZone: string, now: Date): number {
  if (cron === '') return hourMs;
  const first = nextDue(cron, timeZone, now);
  return nextDue(cron, timeZone, first).getTime() - first.getTime();
}
