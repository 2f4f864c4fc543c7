/** The wait behind a try, from 1: one of the steps, and up to a tenth more, so that not all come at the same time. */
export function backOffMs(
  steps: readonly number[],
  tries: number,
  random: () => number = Math.random,
): number {
  const step = steps[Math.min(Math.max(tries, 1), steps.length) - 1] ?? 0;
  return Math.round(step * (1 + random() / 10));
}
