import type { ManifestSignature } from '@made-open/manifest';
import { createHmac } from 'node:crypto';
import { isAnyOf, refused, verified, wrongSignature } from '../verdict.ts';
import type { Scheme } from '../webhook-request.ts';
import { givenSignature, signedContent } from './signed-content.ts';

/** Any other provider with an HMAC; the manifest says over what, and how it is written. */
export const hmac: Scheme = (request, secrets, { signature = {} }) => {
  const { header, field } = signature;
  if (header === undefined && field === undefined)
    return refused('the manifest names no header of the signature');
  const given = givenSignature(request, signature);
  if (given === undefined) return refused(`it has no ${header ?? field ?? ''}`);
  const content = signedContent(request, signature);
  if ('fault' in content) return refused(content.fault);
  const wanted = secrets.map((secret) => macOf(content.parts, secret, signature));
  return isAnyOf([given], wanted) ? verified : wrongSignature;
};

function macOf(
  parts: readonly (string | Buffer)[],
  secret: string,
  { algorithm = 'sha256', encoding = 'hex' }: ManifestSignature,
): string {
  const mac = createHmac(algorithm, secret);
  for (const part of parts) mac.update(part);
  return mac.digest(encoding);
}
