/** What keys of API clients may be allowed. */
export const clientScopes = [
  'search:read',
  'data:read',
  'events:read',
  'messages:send',
  'messages:read',
] as const;

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

export function isClientScope(scope: string): scope is ClientScope {
  return clientScopes.some((known) => known === scope);
}
