/** What tells that two records are of the same person. */
export interface Identifier {
  readonly kind: 'email' | 'phone';
  readonly value: string;
}

const e164 = /^\+[1-9]\d{6,14}$/u;
const separators = /[\s().\-/\u00a0\u2010-\u2015]/gu;
const maxEmailLength = 320;

/** Addresses that the source has checked, and phone numbers that are one number everywhere. */
export function identifiersOf(
  verifiedEmails: readonly string[],
  phones: readonly string[],
): readonly Identifier[] {
  const found = new Map<string, Identifier>();
  for (const text of verifiedEmails) {
    const value = text.trim().toLowerCase();
    if (value.includes('@') && value.length <= maxEmailLength)
      found.set(`email ${value}`, { kind: 'email', value });
  }
  for (const text of phones) {
    const value = text.replaceAll(separators, '');
    if (e164.test(value)) found.set(`phone ${value}`, { kind: 'phone', value });
  }
  return [...found.values()];
}
