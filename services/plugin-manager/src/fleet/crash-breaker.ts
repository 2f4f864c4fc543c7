const backOffMs = [500, 1000, 2000, 5000, 10_000, 30_000] as const;
/** A runner that lived this long was healthy: what came before is forgotten. */
const healthyMs = 60_000;
const maxCrashes = 6;

/** How often a plugin's runner has ended by itself, and what follows from it. */
export interface Crashes {
  readonly count: number;
  readonly notBeforeMs: number;
  readonly reason: string;
}

export const noCrashes: Crashes = { count: 0, notBeforeMs: 0, reason: '' };

export function nextCrash(
  before: Crashes,
  { reason, nowMs, livedMs }: { reason: string; nowMs: number; livedMs: number },
): Crashes {
  const count = livedMs >= healthyMs ? 1 : before.count + 1;
  const pauseMs = backOffMs[Math.min(count, backOffMs.length) - 1] ?? 0;
  return { count, notBeforeMs: nowMs + pauseMs, reason };
}

/** The plugin is held back until a person has looked at it. */
export function isBroken({ count }: Crashes): boolean {
  return count >= maxCrashes;
}
