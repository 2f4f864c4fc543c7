import { createHmac } from 'node:crypto';
import { isAnyOf, refused, timeFault, verified, wrongSignature } from '../verdict.ts';
import type { Scheme, WebhookRequest } from '../webhook-request.ts';

interface Signature {
  readonly timestamp: string;
  readonly token: string;
  readonly signature: string;
}

/** Mailgun: HMAC-SHA256 over a timestamp and a token of the body; it says nothing of the rest of the body. */
export const mailgun: Scheme = (request, secrets) => {
  const found = signatureOf(request);
  if (found === undefined) return refused('its body has no signature of Mailgun');
  const { timestamp, token, signature } = found;
  const fault = timeFault(timestamp, request.now);
  if (fault !== undefined) return refused(fault);
  const wanted = secrets.map((secret) =>
    createHmac('sha256', secret)
      .update(timestamp + token)
      .digest('hex'),
  );
  return isAnyOf([signature], wanted) ? verified : wrongSignature;
};

/** Events are JSON; messages that a route forwards are forms, those with attachments not among them. */
function signatureOf({ headers, body }: WebhookRequest): Signature | undefined {
  const type = headers['content-type'] ?? '';
  const text = body.toString();
  const fields = type.startsWith('application/x-www-form-urlencoded')
    ? Object.fromEntries(new URLSearchParams(text))
    : jsonSignature(text);
  if (typeof fields !== 'object' || fields === null) return undefined;
  const read = (name: string): string => {
    const value: unknown = Object.hasOwn(fields, name) ? Reflect.get(fields, name) : undefined;
    return typeof value === 'string' ? value : typeof value === 'number' ? String(value) : '';
  };
  const [timestamp, token, signature] = [read('timestamp'), read('token'), read('signature')];
  // Timestamp and token are signed without anything between them: the length of the token says where it begins.
  return token.length === 50 ? { timestamp, token, signature } : undefined;
}

function jsonSignature(text: string): unknown {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null
      ? Reflect.get(value, 'signature')
      : undefined;
  } catch {
    return undefined;
  }
}
