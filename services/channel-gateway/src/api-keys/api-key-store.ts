import { createHash, timingSafeEqual } from 'node:crypto';
import type { RegisterApiKeyRequest } from '@made-open/contracts';
import type { Pool } from 'pg';

export const clientScopes = ['search:read', 'data:read'] as const;
export type ClientScope = (typeof clientScopes)[number];

/** Who asks: a key is bound to one space. */
export interface Client {
  readonly keyId: string;
  readonly spaceId: string;
  readonly scopes: readonly string[];
}

/** Keys of API clients, by their hash; the keys themselves were never here. */
export class ApiKeyStore {
  readonly #pool: Pool;
  readonly #bootstrap: { readonly id: string; readonly hash: string } | undefined;

  constructor(pool: Pool, bootstrap: { id: string; hash: string } | undefined) {
    this.#pool = pool;
    this.#bootstrap = bootstrap;
  }

  async authenticate(key: string): Promise<Client | undefined> {
    const id = /^mop_([0-9A-Za-z]{12})_[0-9A-Za-z]{43}$/u.exec(key)?.[1];
    if (id === undefined) return undefined;
    const hash = createHash('sha256').update(key).digest('hex');
    if (id === this.#bootstrap?.id && isEqual(hash, this.#bootstrap.hash))
      return { keyId: id, spaceId: 'default', scopes: clientScopes };
    const { rows } = await this.#pool.query<{ hash: string; space_id: string; scopes: string[] }>(
      'select hash, space_id, scopes from api_key where id = $1 and (expires_at is null or expires_at > now())',
      [id],
    );
    const [row] = rows;
    return row !== undefined && isEqual(hash, row.hash)
      ? { keyId: id, spaceId: row.space_id, scopes: row.scopes }
      : undefined;
  }

  async register({
    keyId,
    keyHash,
    name,
    spaceId,
    scopes,
    expiresAt,
  }: RegisterApiKeyRequest): Promise<void> {
    await this.#pool.query(
      `insert into api_key (id, hash, name, space_id, scopes, expires_at) values ($1, $2, $3, $4, $5, nullif($6, '')::timestamptz)
       on conflict (id) do update set hash = $2, name = $3, space_id = $4, scopes = $5, expires_at = excluded.expires_at`,
      [keyId, keyHash, name, spaceId, scopes, expiresAt],
    );
  }

  async revoke(keyId: string): Promise<boolean> {
    const { rowCount } = await this.#pool.query('delete from api_key where id = $1', [keyId]);
    return rowCount === 1;
  }
}

function isEqual(a: string, b: string): boolean {
  return a.length === b.length && timingSafeEqual(Buffer.from(a), Buffer.from(b));
}
