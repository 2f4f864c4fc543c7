import { hashOfKey } from '@made-open/nest';
import { randomBytes } from 'node:crypto';

/** Scopes of the admin API. */
export const adminScopes = [
  'admin:plugins:read',
  'admin:plugins:write',
  'admin:plugins:approve',
  'admin:connections:read',
  'admin:connections:write',
  'admin:runs:read',
  'admin:data:read',
  'admin:data:write',
  'admin:data:erase',
  'admin:rules:read',
  'admin:rules:write',
  'admin:keys:write',
  'admin:audit:read',
] as const;
export type AdminScope = (typeof adminScopes)[number];

/** Every scope of the admin API, those included that a later release has. */
export const everyScope = '*';

/** Scopes of API clients; their keys are known to the gateway. */
export const clientScopes = [
  'search:read',
  'data:read',
  'events:read',
  'messages:send',
  'messages:read',
] as const;

/** What is kept of a key. */
export interface ApiKey {
  readonly id: string;
  readonly name: string;
  readonly kind: 'admin' | 'client';
  readonly scopes: readonly string[];
  readonly spaceId: string;
  readonly expiresAt: Date;
  readonly createdAt: Date;
  readonly lastUsedAt: Date | undefined;
}

/** Also the one that the platform was set up with, which holds until the operator takes it away. */
export type ListedKey = Omit<ApiKey, 'expiresAt' | 'createdAt'> &
  Partial<Pick<ApiKey, 'expiresAt' | 'createdAt'>>;

export interface ApiKeyView {
  readonly id: string;
  readonly name: string;
  readonly kind: 'admin' | 'client';
  readonly scopes: readonly string[];
  readonly space_id: string;
  readonly expires_at: string | null;
  readonly created_at: string | null;
  readonly last_used_at: string | null;
}

const alphabet = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const idLength = 12;
const secretLength = 43; // 43 characters of base 62 hold 256 bits

/** Makes a key `mop_<id>_<secret>`; only its hash is kept anywhere. */
export function makeKey(): { id: string; key: string; hash: string } {
  const id = base62(idLength);
  const key = `mop_${id}_${base62(secretLength)}`;
  return { id, key, hash: hashOfKey(key) };
}

export function apiKeyView(key: ListedKey): ApiKeyView {
  return {
    id: key.id,
    name: key.name,
    kind: key.kind,
    scopes: key.scopes,
    space_id: key.spaceId,
    expires_at: key.expiresAt?.toISOString() ?? null,
    created_at: key.createdAt?.toISOString() ?? null,
    last_used_at: key.lastUsedAt?.toISOString() ?? null,
  };
}

function base62(length: number): string {
  let text = '';
  // Bytes above the last multiple of 62 would make some characters likelier.
  while (text.length < length)
    for (const byte of randomBytes(length))
      if (byte < 248 && text.length < length) text += alphabet[byte % 62] ?? '';
  return text;
}
