import type { PoolClient } from 'pg';
import { entityEvents } from '../entities/entity-events.ts';
import { entityDefinitions, type EntityDefinition } from '../entities/entity-types.ts';
import type { LockedConnection } from '../items/frame-writer.ts';
import { deleteEntities, sourceOf } from '../items/write-records.ts';

/** A sweep of more than both waits for a person: a source that answers half must not empty the model. */
const heldAboveShare = 0.5;
const heldAboveRows = 20;

/** Deletes what a full pass of a run did not see, unless that is too much. */
export async function sweep(
  client: PoolClient,
  connection: LockedConnection,
  runId: string,
): Promise<{ deleted: number; held: boolean }> {
  const gone = await Promise.all(
    entityDefinitions.map(async (definition) => ({
      definition,
      ids: await unseen(client, connection, { definition, runId }),
    })),
  );
  const rows = gone.reduce((sum, { ids }) => sum + ids.length, 0);
  if (rows === 0) return { deleted: 0, held: false };
  if (rows > heldAboveRows && rows > heldAboveShare * (await rowCount(client, connection)))
    return { deleted: 0, held: true };
  return { deleted: await deleteAll(client, connection, gone), held: false };
}

/** Carries out a sweep that was held; the ids that the run saw are still there. */
export async function carryOutSweep(
  client: PoolClient,
  connection: LockedConnection,
): Promise<number> {
  const runId = connection.fence?.runId ?? '';
  const gone = await Promise.all(
    entityDefinitions.map(async (definition) => ({
      definition,
      ids: await unseen(client, connection, { definition, runId }),
    })),
  );
  return deleteAll(client, connection, gone);
}

async function deleteAll(
  client: PoolClient,
  connection: LockedConnection,
  gone: readonly { definition: EntityDefinition; ids: readonly string[] }[],
): Promise<number> {
  let deleted = 0;
  for (const { definition, ids } of gone) {
    if (ids.length === 0) continue;
    const changes = await deleteEntities(client, definition, connection.key, ids);
    deleted += changes.length;
    for (const { subject, payload } of entityEvents(
      definition,
      definition.deleted,
      sourceOf(connection),
      changes,
    ))
      await client.query('insert into outbox (subject, payload) values ($1, $2)', [
        subject,
        payload,
      ]);
  }
  return deleted;
}

async function unseen(
  client: PoolClient,
  connection: LockedConnection,
  { definition, runId }: { definition: EntityDefinition; runId: string },
): Promise<string[]> {
  const { rows } = await client.query<{ external_id: string }>(
    `select p.external_id from ${definition.table} p
     left join (select distinct unnest(ids) as external_id from seen where connection_id = $2 and run_id = $3 and type = $4) s on s.external_id = p.external_id
     where p.connection_key = $1 and s.external_id is null`,
    [connection.key, connection.id, runId, definition.type],
  );
  return rows.map((row) => row.external_id);
}

async function rowCount(client: PoolClient, connection: LockedConnection): Promise<number> {
  let sum = 0;
  for (const { table } of entityDefinitions) {
    const { rows } = await client.query<{ count: string }>(
      `select count(*) from ${table} where connection_key = $1`,
      [connection.key],
    );
    sum += Number(rows[0]?.count ?? 0);
  }
  return sum;
}
