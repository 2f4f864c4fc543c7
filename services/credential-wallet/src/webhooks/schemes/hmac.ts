import { createHmac } from 'node:crypto';
import { isAnyOf, refused, timeFault, verified, wrongSignature } from '../verdict.ts';
import type { Scheme, WebhookDeclaration } from '../webhook-request.ts';

type Signature = NonNullable<WebhookDeclaration['signature']>;

/** Any other provider with an HMAC over the body, or over a timestamp and the body; the manifest says how it is written. */
export const hmac: Scheme = ({ headers, body, now }, secrets, { signature = {} }) => {
  const { header, timestampHeader } = signature;
  if (header === undefined) return refused('the manifest names no header of the signature');
  const given = headers[header.toLowerCase()];
  if (given === undefined) return refused(`it has no ${header}`);
  if (timestampHeader === undefined) return compared(given, wantedOf(signature, secrets, [body]));
  const timestamp = headers[timestampHeader.toLowerCase()];
  const fault = timeFault(timestamp, now);
  if (fault !== undefined) return refused(fault);
  return compared(given, wantedOf(signature, secrets, [`${timestamp ?? ''}.`, body]));
};

const compared = (given: string, wanted: readonly string[]): ReturnType<Scheme> =>
  isAnyOf([given], wanted) ? verified : wrongSignature;

function wantedOf(
  { algorithm = 'sha256', encoding = 'hex', prefix = '' }: Signature,
  secrets: readonly string[],
  signed: readonly (string | Buffer)[],
): string[] {
  return secrets.map((secret) => {
    const mac = createHmac(algorithm, secret);
    for (const part of signed) mac.update(part);
    return prefix + mac.digest(encoding);
  });
}
