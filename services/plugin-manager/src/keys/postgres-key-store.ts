import type { Pool } from 'pg';
import { pageOf, type Page, type PageRequest } from '../page.ts';
import type { ApiKey } from './api-key.ts';
import { KeyStore, type NewKey } from './key-store.ts';

interface KeyRow {
  id: string;
  hash: string;
  name: string;
  kind: 'admin' | 'client';
  scopes: string[];
  space_id: string;
  expires_at: Date;
  created_at: Date;
  last_used_at: Date | null;
}

export class PostgresKeyStore extends KeyStore {
  readonly #pool: Pool;

  constructor(pool: Pool) {
    super();
    this.#pool = pool;
  }

  override async add({ id, hash, name, kind, scopes, spaceId, expiresAt }: NewKey): Promise<void> {
    await this.#pool.query(
      'insert into api_key (id, hash, name, kind, scopes, space_id, expires_at) values ($1, $2, $3, $4, $5, $6, $7)',
      [id, hash, name, kind, scopes, spaceId, expiresAt],
    );
  }

  override async find(id: string): Promise<(ApiKey & { hash: string }) | undefined> {
    const { rows } = await this.#pool.query<KeyRow>('select * from api_key where id = $1', [id]);
    return rows[0] === undefined ? undefined : { ...keyOf(rows[0]), hash: rows[0].hash };
  }

  override async list({ limit, after = '' }: PageRequest): Promise<Page<ApiKey>> {
    const { rows } = await this.#pool.query<KeyRow>(
      'select * from api_key where id > $1 order by id limit $2',
      [after, limit + 1],
    );
    return pageOf(rows.map(keyOf), limit, ({ id }) => id);
  }

  override async remove(id: string): Promise<void> {
    await this.#pool.query('delete from api_key where id = $1', [id]);
  }

  override async used(id: string, at: Date): Promise<void> {
    await this.#pool.query('update api_key set last_used_at = $2 where id = $1', [id, at]);
  }
}

function keyOf(row: KeyRow): ApiKey {
  return {
    id: row.id,
    name: row.name,
    kind: row.kind,
    scopes: row.scopes,
    spaceId: row.space_id,
    expiresAt: row.expires_at,
    createdAt: row.created_at,
    lastUsedAt: row.last_used_at ?? undefined,
  };
}
