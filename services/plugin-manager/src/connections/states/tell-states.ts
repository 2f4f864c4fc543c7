import { ConnectionStateChangedSchema } from '@made-open/contracts';
import { appendOutboxRows } from '@made-open/postgres';
import type { PoolClient } from 'pg';
import { outgoing } from '../../outbox.ts';
import { pluggedOf, selectConnections, type ConnectionRow } from '../connection-rows.ts';
import { stateChanged } from './state-changed.ts';

type ToldRow = ConnectionRow & { readonly told_state: string | null };

/** Tells of each connection whose state is another than was told last, in the transaction that changed it; says whether there was one. */
export async function tellStates(
  client: PoolClient,
  ids: readonly string[],
  { areDeleted = false } = {},
): Promise<boolean> {
  const { rows } = await client.query<ToldRow>(
    `${selectConnections} where c.id = any($1) order by c.id`,
    [ids],
  );
  const changes = rows.flatMap((row) => {
    const changed = stateChanged(pluggedOf(row), row.told_state ?? '', areDeleted);
    return changed === undefined ? [] : [changed];
  });
  if (changes.length === 0) return false;
  await client.query(
    `update connection set told_state = told.state
     from unnest($1::text[], $2::text[]) as told (id, state) where connection.id = told.id`,
    [changes.map(({ connectionId }) => connectionId), changes.map(({ to }) => to)],
  );
  await appendOutboxRows(
    client,
    changes.map((changed) => outgoing(ConnectionStateChangedSchema, changed)),
  );
  return true;
}
