import { timingSafeEqual } from 'node:crypto';

/** Whether a request was proven to come from the provider, and why not: for operators, never for the sender. */
export interface Verdict {
  readonly verified: boolean;
  readonly reason: string;
}

export const verified: Verdict = { verified: true, reason: '' };

export function refused(reason: string): Verdict {
  return { verified: false, reason };
}

/** How far the clocks of sender and receiver may differ, both ways. */
export const toleranceSeconds = 300;

/**
 * Compares texts in a time that tells nothing of where they differ. Signatures are compared as texts: one signature has
 * many texts in base64 and hexadecimal, and no provider sends another than the plain one.
 */
export function isSameText(given: string, wanted: string): boolean {
  const [a, b] = [Buffer.from(given), Buffer.from(wanted)];
  return a.length === b.length && timingSafeEqual(a, b);
}

/** Whether any of the given texts is any of the wanted ones; looks at all of them. Nothing is never the same as nothing. */
export function isAnyOf(given: readonly string[], wanted: readonly string[]): boolean {
  let isFound = false;
  for (const one of given)
    for (const other of wanted) isFound = (other !== '' && isSameText(one, other)) || isFound;
  return isFound;
}

/** Why a time is not one of now; undefined when it is. */
export function timeFault(
  text: string | undefined,
  now: number,
  tolerance = toleranceSeconds,
): string | undefined {
  if (text === undefined) return 'it has no timestamp';
  if (!/^[1-9]\d{0,11}$/u.test(text)) return 'its timestamp is no whole number of seconds';
  const seconds = Number(text);
  if (seconds < now - tolerance) return 'its timestamp is too old';
  return seconds > now + tolerance ? 'its timestamp lies in the future' : undefined;
}

/** That every signature is wrong looks the same in all schemes. */
export const wrongSignature = refused('its signature is wrong');
