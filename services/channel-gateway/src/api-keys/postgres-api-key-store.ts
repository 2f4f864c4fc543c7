import type { Kysely } from 'kysely';
import { isClientScope, type ApiKey } from './api-key.ts';
import { ApiKeyStore } from './api-key-store.ts';
import type { GatewaySchema } from '../database/migrations.ts';
import { orUnavailable } from '../database/or-unavailable.ts';

/** Keys in the service's own schema. */
export class PostgresApiKeyStore extends ApiKeyStore {
  readonly #db: Kysely<GatewaySchema>;

  constructor(db: Kysely<GatewaySchema>) {
    super();
    this.#db = db;
  }

  override async find(id: string): Promise<ApiKey | undefined> {
    const row = await orUnavailable(
      this.#db.selectFrom('api_key').selectAll().where('id', '=', id).executeTakeFirst(),
    );
    if (row === undefined) return undefined;
    return {
      id: row.id,
      hash: row.hash,
      name: row.name,
      spaceId: row.space_id,
      scopes: row.scopes.filter(isClientScope),
      expiresAt: row.expires_at,
      lastUsedAt: row.last_used_at ?? undefined,
    };
  }

  override async save(key: ApiKey): Promise<{ saved: boolean }> {
    const values = {
      hash: key.hash,
      name: key.name,
      space_id: key.spaceId,
      scopes: [...key.scopes],
      expires_at: key.expiresAt,
    };
    const saved = await orUnavailable(
      this.#db
        .insertInto('api_key')
        .values({ id: key.id, ...values })
        .onConflict((conflict) =>
          conflict.column('id').doUpdateSet(values).where('api_key.hash', '=', key.hash),
        )
        .returning('id')
        .executeTakeFirst(),
    );
    return { saved: saved !== undefined };
  }

  override async remove(id: string): Promise<{ removed: boolean }> {
    const result = await orUnavailable(
      this.#db.deleteFrom('api_key').where('id', '=', id).executeTakeFirst(),
    );
    return { removed: result.numDeletedRows > 0n };
  }

  override async touch(id: string, usedAt: Date): Promise<void> {
    await orUnavailable(
      this.#db.updateTable('api_key').set({ last_used_at: usedAt }).where('id', '=', id).execute(),
    );
  }
}
