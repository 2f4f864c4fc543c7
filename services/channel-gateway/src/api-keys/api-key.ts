import { createHash, timingSafeEqual } from 'node:crypto';

/** What keys of API clients may be allowed. */
export const clientScopes = ['search:read', 'data:read'] as const;

export type ClientScope = (typeof clientScopes)[number];

/** A registered key; the key itself was never here. */
export interface ApiKey {
  readonly id: string;
  /** SHA-256 of the whole key, hexadecimal. */
  readonly hash: string;
  readonly name: string;
  readonly spaceId: string;
  readonly scopes: readonly ClientScope[];
  readonly expiresAt: Date;
  readonly lastUsedAt: Date | undefined;
}

/** Who asks: a key reaches one space. */
export interface Client {
  readonly keyId: string;
  readonly spaceId: string;
  readonly scopes: readonly ClientScope[];
}

/** What a client presented: the id that names its key, and the hash of the whole. */
export interface PresentedKey {
  readonly id: string;
  readonly hash: string;
}

export const keyIdPattern = /^[0-9A-Za-z]{12}$/u;
export const keyHashPattern = /^[0-9a-f]{64}$/u;

/** Reads the header `Authorization: Bearer mop_<id>_<secret>`. */
export function presentedKey(authorization: string | undefined): PresentedKey | undefined {
  const [, key, id] =
    /^Bearer +(mop_([0-9A-Za-z]{12})_[0-9A-Za-z]{43})$/iu.exec(authorization ?? '') ?? [];
  if (key === undefined || id === undefined) return undefined;
  return { id, hash: createHash('sha256').update(key).digest('hex') };
}

/** Compares hashes in constant time. */
export function isSameHash(a: string, b: string): boolean {
  return a.length === b.length && timingSafeEqual(Buffer.from(a), Buffer.from(b));
}

export function isClientScope(scope: string): scope is ClientScope {
  return clientScopes.some((known) => known === scope);
}
