import type { AuthCrypto } from '@made-open/http-manifest';
import { createHash, createHmac } from 'node:crypto';

/** What HTTP manifests need to prove who asks. */
export const nodeCrypto: AuthCrypto = {
  base64: (text) => Buffer.from(text).toString('base64'),
  bytes: (text) => Buffer.from(text),
  sha256Hex: (content) => createHash('sha256').update(content).digest('hex'),
  hmac: ({ algorithm, key, encoding }, message) =>
    createHmac(algorithm, key).update(message).digest(encoding),
};
