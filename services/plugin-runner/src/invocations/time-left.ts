import type { Invoke } from '@made-open/contracts';

/** However wrong the clocks are. */
const maxMs = 600_000;

/** Milliseconds until nobody waits for the result any more; `ageMs` since the command was stored. */
export function timeLeft(
  { withinMs, endBefore }: Pick<Invoke, 'withinMs' | 'endBefore'>,
  ageMs: number,
  now = Date.now(),
): number {
  const leftMs = withinMs > 0 ? withinMs - ageMs : new Date(endBefore).getTime() - now;
  return Math.min(leftMs, maxMs);
}
