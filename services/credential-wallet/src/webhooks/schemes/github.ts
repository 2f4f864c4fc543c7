import { createHmac } from 'node:crypto';
import { isAnyOf, refused, verified, wrongSignature } from '../verdict.ts';
import type { Scheme } from '../webhook-request.ts';

/** GitHub: HMAC-SHA256 over the body. The older header with SHA-1 is not looked at. */
export const github: Scheme = ({ headers, body }, secrets) => {
  const given = headers['x-hub-signature-256'];
  if (given === undefined) return refused('it has no X-Hub-Signature-256');
  const wanted = secrets.map(
    (secret) => `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`,
  );
  return isAnyOf([given], wanted) ? verified : wrongSignature;
};
