import { createHmac } from 'node:crypto';
import { isAnyOf, refused, timeFault, verified, wrongSignature } from '../verdict.ts';
import type { Scheme } from '../webhook-request.ts';

const maxSignatures = 20;

/** Stripe: HMAC-SHA256 over timestamp and body, one `v1` for each secret in use. */
export const stripe: Scheme = ({ headers, body, now }, secrets) => {
  const parts = (headers['stripe-signature'] ?? '').split(',');
  const of = (name: string): string[] =>
    parts.filter((part) => part.startsWith(`${name}=`)).map((part) => part.slice(name.length + 1));
  const [timestamp = '', ...others] = of('t');
  if (others.length > 0) return refused('it has several timestamps');
  const fault = timeFault(timestamp, now);
  if (fault !== undefined) return refused(fault);
  const wanted = secrets.map((secret) =>
    createHmac('sha256', secret).update(`${timestamp}.`).update(body).digest('hex'),
  );
  return isAnyOf(of('v1').slice(0, maxSignatures), wanted) ? verified : wrongSignature;
};
