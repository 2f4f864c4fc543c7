import { ConnectionState, type ConnectionChanged } from '@made-open/contracts';
import type { Pool } from 'pg';

/** etl's own picture of the connections, from their announcements. */
export class ConnectionStore {
  readonly #pool: Pool;

  constructor(pool: Pool) {
    this.#pool = pool;
  }

  /** Takes a state unless a newer one is known. */
  async apply(change: ConnectionChanged): Promise<void> {
    const { connectionId, spaceId, pluginId, grants, generation, mappingVersion, state } = change;
    await this.#pool.query(
      `insert into connection (id, space_id, plugin_id, grants, generation, mapping_version, state) values ($1, $2, $3, $4, $5, $6, $7)
       on conflict (id) do update set grants = $4, generation = $5, mapping_version = $6, state = $7 where connection.generation < $5`,
      [
        connectionId,
        spaceId,
        pluginId,
        grants,
        generation,
        mappingVersion,
        state ?? ConnectionState.UNSPECIFIED,
      ],
    );
  }
}
