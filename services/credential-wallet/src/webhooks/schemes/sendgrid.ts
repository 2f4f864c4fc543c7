import { verify, type KeyObject } from 'node:crypto';
import { refused, timeFault, verified, wrongSignature } from '../verdict.ts';
import type { Scheme } from '../webhook-request.ts';
import { readPublicKey } from './public-key.ts';

const signatureHeader = 'x-twilio-email-event-webhook-signature';
const timestampHeader = 'x-twilio-email-event-webhook-timestamp';

/** SendGrid: ECDSA over timestamp and body with a key of the curve P-256, whose public half the config has. */
export const sendgrid: Scheme = ({ headers, body, now }, secrets) => {
  const timestamp = headers[timestampHeader] ?? '';
  const fault = timeFault(timestamp, now);
  if (fault !== undefined) return refused(fault);
  const keys = secrets.map(readKey).filter((key) => key !== undefined);
  if (keys.length === 0) return refused('the config has no public key of the curve P-256');
  const text = headers[signatureHeader] ?? '';
  const signature = Buffer.from(text, 'base64');
  // Other texts of the same signature are none that SendGrid sends.
  if (signature.toString('base64') !== text) return wrongSignature;
  const signed = Buffer.concat([Buffer.from(timestamp), body]);
  return keys.some((key) => verify('sha256', signed, key, signature)) ? verified : wrongSignature;
};

/** As SendGrid shows it, in base64, or as PEM. */
function readKey(text: string): KeyObject | undefined {
  const key = readPublicKey(text);
  return key?.asymmetricKeyDetails?.namedCurve === 'prime256v1' ? key : undefined;
}
