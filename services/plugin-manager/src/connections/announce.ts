import { ConnectionChangedSchema } from '@made-open/contracts';
import { appendOutboxRows } from '@made-open/postgres';
import type { Pool, PoolClient } from 'pg';
import { inTransaction } from '../in-transaction.ts';
import { outgoing } from '../outbox.ts';
import { announceEverySlot } from '../providers/slot-rows.ts';
import { connectionChanged } from './connection.ts';
import { tellStates } from './states/tell-states.ts';
import { pluggedOf, selectConnections, type ConnectionRow } from './connection-rows.ts';

/** Announces connections as they are now, in the transaction that changed them. */
export async function announceConnections(
  client: PoolClient,
  ids: readonly string[],
  { areDeleted = false } = {},
): Promise<void> {
  await tellStates(client, ids, { areDeleted });
  const { rows } = await client.query<ConnectionRow>(
    `${selectConnections} where c.id = any($1) order by c.id`,
    [ids],
  );
  await appendOutboxRows(
    client,
    rows.map((row) =>
      outgoing(ConnectionChangedSchema, connectionChanged(pluggedOf(row), areDeleted)),
    ),
  );
}

/** Announces every connection of a plugin anew, since its version or its grants changed; gives how many. */
export async function announcePlugin(client: PoolClient, pluginId: string): Promise<number> {
  const { rows } = await client.query<{ id: string }>(
    'update connection set generation = generation + 1 where plugin_id = $1 returning id',
    [pluginId],
  );
  await announceConnections(
    client,
    rows.map(({ id }) => id),
  );
  return rows.length;
}

/** Announces every connection anew, and every slot: a stream that was lost may have held what nobody had taken over yet. */
export async function announceAll(pool: Pool): Promise<number> {
  const { rows } = await pool.query<{ id: string }>('select id from plugin order by id');
  let connections = 0;
  for (const { id } of rows)
    connections += await inTransaction(pool, (client) => announcePlugin(client, id));
  await inTransaction(pool, announceEverySlot);
  return connections;
}
