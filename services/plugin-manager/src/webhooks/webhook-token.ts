import { createHash, randomBytes } from 'node:crypto';

/** What proves a sender that signs nothing: it is part of the address, and here only its hash is kept. */
export interface WebhookToken {
  readonly token: string;
  /** SHA-256, hexadecimal. */
  readonly hash: string;
}

export function newWebhookToken(): WebhookToken {
  const token = randomBytes(32).toString('base64url');
  return { token, hash: createHash('sha256').update(token).digest('hex') };
}
