import { randomBytes } from 'node:crypto';

/** A new id as Twilio makes them: two letters for the kind, 32 hexadecimal digits. */
export function newSid(kind: 'AC' | 'SM' | 'MM' | 'CA' | 'ME' | 'MG' | 'SK'): string {
  return `${kind}${randomBytes(16).toString('hex')}`;
}
