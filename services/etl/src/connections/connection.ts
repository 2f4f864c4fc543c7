import { pluginToken } from '@made-open/contracts';
import { parseGrant, type Grant } from '@made-open/manifest';
import type { Session, Statement } from '../database/session.ts';
import { UnknownConnectionError } from '../errors.ts';

/** A connection as etl knows it from plugin-manager's news. */
export interface Connection {
  readonly id: string;
  /** Stands for the id in every row. */
  readonly key: number;
  readonly spaceId: string;
  readonly pluginId: string;
  readonly grants: readonly Grant[];
  readonly generation: number;
  readonly mappingVersion: number;
  readonly isDeleted: boolean;
  /** Only channels tell of messages and calls. */
  readonly isChannel: boolean;
  /** As its manifest says; empty when it does not. */
  readonly channelType: string;
}

/** A row of the table `connection`; `float8` keeps a uint32 a number. */
export interface ConnectionRow {
  readonly id: string;
  readonly key: number;
  readonly space_id: string;
  readonly plugin_id: string;
  readonly grants: string[];
  readonly generation: number;
  readonly mapping_version: number;
  readonly state: string;
  readonly plugin_type: string;
  readonly channel_type: string;
}

/** What `connectionOf` reads. */
export const connectionColumns = `id, key, space_id, plugin_id, grants, generation::float8 as generation,
  mapping_version::float8 as mapping_version, state, plugin_type, channel_type`;

const findConnection: Statement = {
  name: 'find_connection',
  text: `select ${connectionColumns} from connection where id = $1`,
};

export async function loadConnection(
  session: Pick<Session, 'run'>,
  id: string,
): Promise<Connection | undefined> {
  const { rows } = await session.run<ConnectionRow>(findConnection, [id]);
  return rows[0] === undefined ? undefined : connectionOf(rows[0]);
}

/** Throws UnknownConnectionError; the news of the connection may still be on its way. */
export async function connectionIn(session: Pick<Session, 'run'>, id: string): Promise<Connection> {
  const connection = await loadConnection(session, id);
  if (connection === undefined) throw new UnknownConnectionError(id, 'later');
  return connection;
}

export function connectionOf(row: ConnectionRow): Connection {
  return {
    id: row.id,
    key: row.key,
    spaceId: row.space_id,
    pluginId: row.plugin_id,
    grants: row.grants.flatMap(readGrant),
    generation: row.generation,
    mappingVersion: row.mapping_version,
    isDeleted: row.state === 'deleted',
    isChannel: row.plugin_type === 'channel',
    channelType: row.channel_type,
  };
}

/** Whether the connection belongs to the plugin whose token stands in a subject. */
export function isOwnedBy(connection: Connection, token: string): boolean {
  return pluginToken(connection.pluginId) === token;
}

/** A grant of a grammar newer than ours allows nothing here. */
function readGrant(text: string): Grant[] {
  try {
    return [parseGrant(text)];
  } catch {
    return [];
  }
}
