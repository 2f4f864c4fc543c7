const separators = /[\s().\-/\u00a0\u2010-\u2015]/gu;
const e164 = /^\+[1-9]\d{6,14}$/u;
const digits = /^\+?\d{2,15}$/u;
const beginsAsNumber = /^[+\d(]/u;
const email = /^[^\s@<>]+@[^\s@<>]+\.[^\s@<>]+$/u;
const named = /<([^<>]+)>\s*$/u;
/** They say no more than that what follows is a number or an e-mail address. */
const plainSchemes: ReadonlySet<string> = new Set(['tel', 'sms', 'mailto']);

/** An address as it is compared; `scheme` is that of an address such as `whatsapp:+15551234567`. */
export interface Address {
  readonly scheme: string;
  readonly text: string;
}

/** Phone numbers in E.164 form where they can be told, e-mail addresses in lower case, all else as it is. */
export function normaliseAddress(given: string): Address {
  const trimmed = given.trim();
  const { scheme, rest } = withoutScheme(trimmed);
  const text = named.exec(rest)?.[1]?.trim() ?? rest;
  const number = phoneNumber(text);
  if (number !== undefined) return { scheme, text: number };
  if (email.test(text)) return { scheme, text: text.toLowerCase() };
  return { scheme: '', text: trimmed };
}

/** A number that is one number everywhere. */
export function isE164(text: string): boolean {
  return e164.test(text);
}

function withoutScheme(text: string): { scheme: string; rest: string } {
  const [, scheme = '', rest = text] = /^([a-z][a-z0-9]*):(.+)$/iu.exec(text) ?? [];
  const lower = scheme.toLowerCase();
  return { scheme: plainSchemes.has(lower) ? '' : lower, rest };
}

/** `00` is how many dial what `+` stands for. A number without either stays what its network takes it for. */
function phoneNumber(text: string): string | undefined {
  // `-1001234` is the name of a group somewhere.
  if (!beginsAsNumber.test(text)) return undefined;
  const bare = text.replaceAll(separators, '').replace(/^00(?=[1-9])/u, '+');
  return digits.test(bare) ? bare : undefined;
}
