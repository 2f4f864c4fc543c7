/**
 * Whether a command is left: it waited so long that the scheduler has sent another one. A second delivery is of a run that
 * began in time, and goes on.
 */
export function isTooLate(
  { beginBefore }: { readonly beginBefore: string },
  attempt: number,
  now: Date,
): boolean {
  return attempt === 1 && beginBefore !== '' && now > new Date(beginBefore);
}
