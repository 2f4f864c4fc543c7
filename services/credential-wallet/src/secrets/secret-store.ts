import type { Pool } from 'pg';
import { WalletError } from '../errors.ts';
import { decrypt, encrypt, type SecretOwner } from './envelope.ts';
import type { KeyRing } from './key-ring.ts';

interface SecretRow {
  space_id: string;
  plugin_id: string;
  revision: number;
  kek_id: string;
  wrapped_key: Buffer;
  sealed: Buffer;
}

const canaryText = 'made-open canary';

/** Configs at rest: encrypted, one row for each connection, the newest revision. */
export class SecretStore {
  readonly #pool: Pool;
  readonly #ring: KeyRing;

  constructor(pool: Pool, ring: KeyRing) {
    this.#pool = pool;
    this.#ring = ring;
  }

  /** Stores a config as the next revision. */
  async put(owner: Omit<SecretOwner, 'revision'>, value: string): Promise<number> {
    const { spaceId, pluginId, connectionId } = owner;
    const { rows } = await this.#pool.query<{ revision: number }>(
      'select revision from secret where connection_id = $1',
      [connectionId],
    );
    const revision = (rows[0]?.revision ?? 0) + 1;
    const { kekId, wrappedKey, sealed } = encrypt(this.#ring, { ...owner, revision }, value);
    const { rowCount } = await this.#pool.query(
      `insert into secret (space_id, connection_id, plugin_id, revision, kek_id, wrapped_key, sealed) values ($1, $2, $3, $4, $5, $6, $7)
       on conflict (connection_id) do update set revision = $4, kek_id = $5, wrapped_key = $6, sealed = $7, created_at = now()
       where secret.revision = $4 - 1 and secret.plugin_id = $3 and secret.space_id = $1`,
      [spaceId, connectionId, pluginId, revision, kekId, wrappedKey, sealed],
    );
    if (rowCount !== 1)
      throw new WalletError(
        'seal_refused',
        `the config of ${connectionId} was changed at the same moment, or belongs to another plugin; try again`,
      );
    return revision;
  }

  async open(connectionId: string): Promise<{ owner: SecretOwner; value: string }> {
    const { rows } = await this.#pool.query<SecretRow>(
      'select space_id, plugin_id, revision, kek_id, wrapped_key, sealed from secret where connection_id = $1',
      [connectionId],
    );
    const [row] = rows;
    if (row === undefined)
      throw new WalletError('not_found', `there is no config of connection ${connectionId}`);
    const owner = {
      spaceId: row.space_id,
      pluginId: row.plugin_id,
      connectionId,
      revision: row.revision,
    };
    return {
      owner,
      value: decrypt(this.#ring, owner, {
        kekId: row.kek_id,
        wrappedKey: row.wrapped_key,
        sealed: row.sealed,
      }),
    };
  }

  async delete(connectionId: string): Promise<void> {
    await this.#pool.query('delete from secret where connection_id = $1', [connectionId]);
  }

  /** Says which key-encryption keys are missing or not the ones the data was written with; nothing when all is well. */
  async keyFault(): Promise<string | undefined> {
    const owner = { spaceId: '', pluginId: '', connectionId: 'canary', revision: 0 };
    const { rows } = await this.#pool.query<SecretRow>(
      'select kek_id, wrapped_key, sealed from canary',
    );
    for (const { kek_id: kekId, wrapped_key: wrappedKey, sealed } of rows) {
      try {
        decrypt(this.#ring, owner, { kekId, wrappedKey, sealed });
      } catch {
        return `KEK_UNAVAILABLE: the key "${kekId}" is missing in KEK_FILE or is another one`;
      }
    }
    if (rows.some(({ kek_id: id }) => id === this.#ring.active)) return undefined;
    const { kekId, wrappedKey, sealed } = encrypt(this.#ring, owner, canaryText);
    await this.#pool.query(
      'insert into canary (kek_id, wrapped_key, sealed) values ($1, $2, $3) on conflict do nothing',
      [kekId, wrappedKey, sealed],
    );
    return undefined;
  }
}
