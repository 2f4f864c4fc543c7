import { createPublicKey, verify, type KeyObject } from 'node:crypto';
import { refused, verified, wrongSignature } from '../verdict.ts';
import type { Scheme } from '../webhook-request.ts';
import { givenSignature, signedContent } from './signed-content.ts';

/** A signature with a private key of the provider; the public one says whether it is ECDSA over P-256 with SHA-256, or Ed25519. */
export const publicKey: Scheme = (request, secrets, { signature = {} }) => {
  const { encoding = 'base64', header, field } = signature;
  const keys = secrets.map(readPublicKey).filter((key) => key !== undefined);
  if (keys.length === 0)
    return refused('the config has no public key of the curve P-256 or Ed25519');
  const text = givenSignature(request, signature);
  if (text === undefined) return refused(`it has no ${header ?? field ?? 'signature'}`);
  const content = signedContent(request, signature);
  if ('fault' in content) return refused(content.fault);
  const given = Buffer.from(text, encoding);
  // Other texts of the same signature are none that a provider sends.
  if (given.toString(encoding) !== text) return wrongSignature;
  const signed = Buffer.concat(content.parts.map((part) => Buffer.from(part)));
  const isSigned = keys.some((key) => verify(digestOf(key), signed, key, given));
  return isSigned ? verified : wrongSignature;
};

/** In base64 (DER, or the 32 bytes of Ed25519), in hexadecimal (these 32 bytes), or as PEM. */
export function readPublicKey(text: string): KeyObject | undefined {
  try {
    const key = keyOf(text.trim());
    const isUsable =
      key.asymmetricKeyType === 'ed25519' || key.asymmetricKeyDetails?.namedCurve === 'prime256v1';
    return isUsable ? key : undefined;
  } catch {
    return undefined;
  }
}

function keyOf(text: string): KeyObject {
  if (text.includes('-----BEGIN')) return createPublicKey(text);
  const bytes = Buffer.from(text, /^[0-9a-f]{64}$/iu.test(text) ? 'hex' : 'base64');
  if (bytes.length !== ed25519Bytes)
    return createPublicKey({ key: bytes, format: 'der', type: 'spki' });
  const x = bytes.toString('base64url');
  return createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x }, format: 'jwk' });
}

const ed25519Bytes = 32;

function digestOf({ asymmetricKeyType }: KeyObject): string | undefined {
  return asymmetricKeyType === 'ed25519' ? undefined : 'sha256';
}
