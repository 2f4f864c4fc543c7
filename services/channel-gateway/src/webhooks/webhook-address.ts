import { createHash, timingSafeEqual } from 'node:crypto';

/** What the connection's part of a webhook's path says. */
export interface WebhookAddress {
  readonly connectionId: string;
  /** Absent in the address of a scheme that proves the sender by itself. */
  readonly token: string | undefined;
}

const pattern = /^([\w-]{1,100})(?:~([\w-]{1,100}))?$/u;

export function readAddress(text: string): WebhookAddress | undefined {
  const [, connectionId, token] = pattern.exec(text) ?? [];
  return connectionId === undefined ? undefined : { connectionId, token };
}

/** Compares a token with the hash of the right one, in the same time whatever it is. */
export function isToken(token: string | undefined, hash: string): boolean {
  const wanted = Buffer.from(hash, 'hex');
  const given = createHash('sha256')
    .update(token ?? '')
    .digest();
  return wanted.length === given.length && timingSafeEqual(wanted, given) && token !== undefined;
}
