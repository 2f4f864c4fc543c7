import { createHmac } from 'node:crypto';
import { isAnyOf, refused, timeFault, verified, wrongSignature } from '../verdict.ts';
import type { Scheme } from '../webhook-request.ts';

// A dot would let what is signed be cut in another place.
const idPattern = /^[\x21-\x2d\x2f-\x7e]{1,256}$/u;
const maxSignatures = 20;

/** Standard Webhooks: HMAC-SHA256 over id, timestamp and body. */
export const standardWebhooks: Scheme = ({ headers, body, now }, secrets) => {
  const id = headers['webhook-id'] ?? '';
  const timestamp = headers['webhook-timestamp'] ?? '';
  if (!idPattern.test(id)) return refused('it has no webhook-id');
  const fault = timeFault(timestamp, now);
  if (fault !== undefined) return refused(fault);
  const given = (headers['webhook-signature'] ?? '').split(' ').slice(0, maxSignatures);
  const wanted = secrets.flatMap((secret) => standardSignature(secret, { id, timestamp, body }));
  if (wanted.length === 0) return refused('the secret of the config is no base64');
  return isAnyOf(given, wanted) ? verified : wrongSignature;
};

/** Of the header `webhook-signature`; none by a secret that is no base64. */
export function standardSignature(
  secret: string,
  { id, timestamp, body }: { id: string; timestamp: string; body: Uint8Array },
): string[] {
  const text = secret.replace(/^whsec_/u, '');
  // Of another text Node would take what it can read, down to an empty key that anybody can sign with.
  if (!/^[A-Za-z0-9+/]{2,}={0,2}$/u.test(text)) return [];
  const mac = createHmac('sha256', Buffer.from(text, 'base64'));
  return [`v1,${mac.update(`${id}.${timestamp}.`).update(body).digest('base64')}`];
}
