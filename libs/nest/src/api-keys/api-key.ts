import { createHash, timingSafeEqual } from 'node:crypto';

/** A key as it is presented or configured: the id that names it, and the hash of the whole. */
export interface PresentedKey {
  readonly id: string;
  readonly hash: string;
}

/** The id within a key `mop_<id>_<secret>`. */
export const keyIdPattern = /^[0-9A-Za-z]{12}$/u;

/** The hash of a key: SHA-256, hexadecimal. */
export const keyHashPattern = /^[0-9a-f]{64}$/u;

/** Reads the header `Authorization: Bearer mop_<id>_<secret>`. */
export function presentedKey(authorization: string | undefined): PresentedKey | undefined {
  const [, key, id] =
    /^Bearer +(mop_([0-9A-Za-z]{12})_[0-9A-Za-z]{43})$/iu.exec(authorization ?? '') ?? [];
  return key === undefined || id === undefined ? undefined : { id, hash: hashOfKey(key) };
}

/** Reads the header `Authorization: Bearer <access token>` where the token is a signed JWT. */
export function presentedToken(authorization: string | undefined): string | undefined {
  return /^Bearer +([\w-]+\.[\w-]+\.[\w-]+)$/iu.exec(authorization ?? '')?.[1];
}

/** SHA-256 is enough for a secret of 256 random bits. */
export function hashOfKey(key: string): string {
  return createHash('sha256').update(key).digest('hex');
}

/** Compares in constant time; without a known hash as long as with one, so that the time does not tell which ids exist. */
export function isSameHash(presented: string, known = '0'.repeat(64)): boolean {
  return (
    presented.length === known.length && timingSafeEqual(Buffer.from(presented), Buffer.from(known))
  );
}
