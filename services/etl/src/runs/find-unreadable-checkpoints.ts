import type { MessageInitShape } from '@bufbuild/protobuf';
import type { FindUnreadableCheckpointsResponseSchema } from '@made-open/contracts';
import type { Pool } from 'pg';
import type { CheckpointVersions } from './read-checkpoint.ts';

const maxNamed = 100;

/** Connections of a plugin that have saved something, but nothing that these versions can go on from. */
export async function findUnreadableCheckpoints(
  pool: Pool,
  pluginId: string,
  { oldestVersion, newestVersion }: CheckpointVersions,
): Promise<MessageInitShape<typeof FindUnreadableCheckpointsResponseSchema>> {
  const { rows } = await pool.query<{ id: string; total: number }>(
    `select c.id, count(*) over ()::int as total from connection c
     where c.plugin_id = $1 and c.state <> 'deleted'
       and exists (select from checkpoint k where k.connection_key = c.key)
       and not exists (
         select from checkpoint_history h where h.connection_key = c.key and h.version between $2 and $3
       )
     order by c.id limit $4`,
    [pluginId, oldestVersion, newestVersion, maxNamed],
  );
  return { connectionIds: rows.map(({ id }) => id), total: rows[0]?.total ?? 0 };
}
