import { ConnectionState, type ConnectionChanged } from '@made-open/contracts';
import type { Pool } from 'pg';
import { channelTypeOf } from './channel-type.ts';
import {
  connectionColumns,
  connectionOf,
  isOwnedBy,
  type Connection,
  type ConnectionRow,
} from './connection.ts';
import { ForbiddenError, InvalidRequestError, UnknownConnectionError } from '../errors.ts';

const states: Readonly<Record<ConnectionState, string>> = {
  [ConnectionState.UNSPECIFIED]: 'inactive',
  [ConnectionState.INACTIVE]: 'inactive',
  [ConnectionState.ACTIVE]: 'active',
  [ConnectionState.PAUSED]: 'paused',
  [ConnectionState.DELETED]: 'deleted',
};

/** etl's own picture of the connections, from their announcements. */
export class ConnectionStore {
  readonly #pool: Pool;

  constructor(pool: Pool) {
    this.#pool = pool;
  }

  /** Takes over the state of a connection unless a newer one is known. */
  async apply(change: ConnectionChanged): Promise<void> {
    await this.#pool.query(
      `with projected as (
        insert into connection (id, space_id, plugin_id, grants, generation, mapping_version, state,
          plugin_type, channel_type)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
        on conflict (id) do update set space_id = excluded.space_id, plugin_id = excluded.plugin_id,
          grants = excluded.grants, generation = excluded.generation,
          mapping_version = excluded.mapping_version, state = excluded.state,
          plugin_type = excluded.plugin_type, channel_type = excluded.channel_type
        -- What an earlier version of etl has not kept comes with the same state once more.
        where connection.generation < excluded.generation
          or (connection.generation = excluded.generation and connection.plugin_type = '')
        returning key
      ), forgotten as (
        -- Nothing comes of it any more that would have to be kept away.
        delete from erased_item where $7 = 'deleted' and connection_key in (select key from projected)
      )
      insert into run_fence (connection_key) select key from projected on conflict do nothing`,
      [
        change.connectionId,
        change.spaceId,
        change.pluginId,
        change.grants,
        change.generation,
        change.mappingVersion,
        states[change.state] ?? 'inactive',
        change.pluginType,
        channelTypeOf(change.channelJson),
      ],
    );
  }

  /** A connection that a plugin asks about; it must be the plugin's own. */
  async owned(pluginToken: string, connectionId: string): Promise<Connection> {
    const connection = await this.find(connectionId);
    if (!isOwnedBy(connection, pluginToken) || connection.isDeleted)
      throw new ForbiddenError(`connection "${connectionId}" does not belong to the plugin`);
    return connection;
  }

  /** A connection that an operator works with. */
  async existing(connectionId: string): Promise<Connection> {
    const connection = await this.find(connectionId);
    if (connection.isDeleted)
      throw new InvalidRequestError(`connection "${connectionId}" was deleted`);
    return connection;
  }

  /** A connection of a space that a client works with. */
  async ofSpace(spaceId: string, connectionId: string): Promise<Connection> {
    const connection = await this.find(connectionId, 'later');
    if (connection.spaceId !== spaceId || connection.isDeleted)
      throw new InvalidRequestError(`there is no connection "${connectionId}" in this space`);
    return connection;
  }

  /** `later` for who knows that there is such a connection: the news of it may still be on its way. */
  async find(connectionId: string, retry: 'never' | 'later' = 'never'): Promise<Connection> {
    const { rows } = await this.#pool.query<ConnectionRow>(
      `select ${connectionColumns} from connection where id = $1`,
      [connectionId],
    );
    if (rows[0] === undefined) throw new UnknownConnectionError(connectionId, retry);
    return connectionOf(rows[0]);
  }
}
