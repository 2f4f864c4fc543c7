import { createHmac } from 'node:crypto';
import { isAnyOf, refused, timeFault, verified, wrongSignature } from '../verdict.ts';
import type { Scheme } from '../webhook-request.ts';

/** Slack: HMAC-SHA256 over version, timestamp and body. */
export const slack: Scheme = ({ headers, body, now }, secrets) => {
  const timestamp = headers['x-slack-request-timestamp'] ?? '';
  const fault = timeFault(timestamp, now);
  if (fault !== undefined) return refused(fault);
  const wanted = secrets.map(
    (secret) =>
      `v0=${createHmac('sha256', secret).update(`v0:${timestamp}:`).update(body).digest('hex')}`,
  );
  return isAnyOf([headers['x-slack-signature'] ?? ''], wanted) ? verified : wrongSignature;
};
