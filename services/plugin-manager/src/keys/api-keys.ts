import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import type { Bus } from '@made-open/bus';
import { ApiKeyService } from '@made-open/contracts';
import type { Pool } from 'pg';
import { RequestError } from '../errors.ts';

/** Who calls, and what the key may do. */
export interface Caller {
  readonly keyId: string;
  readonly scopes: readonly string[];
}

export const adminScopes = [
  'admin:plugins:read',
  'admin:plugins:write',
  'admin:plugins:approve',
  'admin:connections:read',
  'admin:connections:write',
  'admin:runs:read',
  'admin:keys:write',
  'admin:audit:read',
] as const;
export type AdminScope = (typeof adminScopes)[number];

/** Scopes of API clients; their keys live at the gateway. */
export const clientScopes = ['search:read', 'data:read'] as const;

const alphabet = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const idLength = 12;
const secretLength = 43; // 43 characters of base 62 hold 256 bits

/** Makes a key `mop_<id>_<secret>`; only its hash is kept anywhere. */
export function makeKey(): { id: string; key: string; hash: string } {
  const id = base62(idLength);
  const key = `mop_${id}_${base62(secretLength)}`;
  return { id, key, hash: hashOf(key) };
}

/** Keys of the admin API. */
export class ApiKeys {
  readonly #pool: Pool;
  readonly #bus: Bus;
  readonly #bootstrap: { readonly id: string; readonly hash: string } | undefined;

  constructor(pool: Pool, bus: Bus, bootstrap: { id: string; hash: string } | undefined) {
    this.#pool = pool;
    this.#bus = bus;
    this.#bootstrap = bootstrap;
  }

  /** The caller of a key, or undefined for one that is unknown or has expired. */
  async authenticate(key: string): Promise<Caller | undefined> {
    const id = /^mop_([0-9A-Za-z]{12})_[0-9A-Za-z]{43}$/u.exec(key)?.[1];
    if (id === undefined) return undefined;
    const hash = hashOf(key);
    if (id === this.#bootstrap?.id && isEqual(hash, this.#bootstrap.hash))
      return { keyId: id, scopes: adminScopes };
    const { rows } = await this.#pool.query<{ hash: string; scopes: string[] }>(
      'select hash, scopes from api_key where id = $1 and (expires_at is null or expires_at > now())',
      [id],
    );
    const [row] = rows;
    return row !== undefined && isEqual(hash, row.hash)
      ? { keyId: id, scopes: row.scopes }
      : undefined;
  }

  /** Makes a key here or, for client scopes, at the gateway, which gets the hash alone. */
  async create(wanted: {
    name: string;
    scopes: string[];
    space_id: string;
    expires_at: string;
  }): Promise<{ id: string; key: string }> {
    const isClient = wanted.scopes.every((scope) => clientScopes.some((known) => known === scope));
    const isAdmin = wanted.scopes.every((scope) => adminScopes.some((known) => known === scope));
    if (wanted.scopes.length === 0 || !(isClient || isAdmin))
      throw new RequestError(
        'key.scopes',
        422,
        `a key has scopes of the admin API (${adminScopes.join(', ')}) or of the public API (${clientScopes.join(', ')}), not of both`,
      );
    const { id, key, hash } = makeKey();
    if (isClient)
      await this.#bus.call(ApiKeyService.method.registerApiKey, {
        keyId: id,
        keyHash: hash,
        name: wanted.name,
        spaceId: wanted.space_id,
        scopes: wanted.scopes,
        expiresAt: wanted.expires_at,
      });
    await this.#pool.query(
      'insert into api_key (id, hash, name, scopes, space_id, expires_at) values ($1, $2, $3, $4, $5, $6)',
      [id, hash, wanted.name, wanted.scopes, wanted.space_id, wanted.expires_at],
    );
    return { id, key };
  }

  async list(): Promise<object[]> {
    const { rows } = await this.#pool.query<object>(
      'select id, name, scopes, space_id, expires_at, created_at from api_key order by created_at',
    );
    return rows;
  }

  async revoke(id: string): Promise<boolean> {
    await this.#bus.call(ApiKeyService.method.revokeApiKey, { keyId: id });
    const { rowCount } = await this.#pool.query('delete from api_key where id = $1', [id]);
    return rowCount === 1;
  }
}

function hashOf(key: string): string {
  return createHash('sha256').update(key).digest('hex');
}

function isEqual(a: string, b: string): boolean {
  return a.length === b.length && timingSafeEqual(Buffer.from(a), Buffer.from(b));
}

function base62(length: number): string {
  let text = '';
  // Bytes above the last multiple of 62 would make some characters likelier.
  while (text.length < length)
    for (const byte of randomBytes(length))
      if (byte < 248 && text.length < length) text += alphabet[byte % 62] ?? '';
  return text;
}
