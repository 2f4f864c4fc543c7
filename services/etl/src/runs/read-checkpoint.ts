import type { MessageInitShape } from '@bufbuild/protobuf';
import type { GetCheckpointResponseSchema } from '@made-open/contracts';
import type { Pool } from 'pg';
import type { Connection } from '../connections/connection.ts';

/** Versions of checkpoints that can be gone on from; 0 as the newest stands for all. */
export interface CheckpointVersions {
  readonly oldestVersion: number;
  readonly newestVersion: number;
}

interface SavedRow {
  readonly state: string;
  readonly run_id: string;
  readonly epoch: number;
  readonly version: number;
}

/**
 * Where the next run of a connection goes on; empty when it begins anew. What a later version of the plugin has saved stays
 * there for its return: an earlier one goes on from what it can read.
 */
export async function savedCheckpoint(
  pool: Pool,
  connection: Connection,
  { oldestVersion, newestVersion }: CheckpointVersions,
): Promise<MessageInitShape<typeof GetCheckpointResponseSchema>> {
  const { rows } = await pool.query<SavedRow>(
    `select state, run_id, epoch::float8 as epoch, version from checkpoint_history
     where connection_key = $1 and ($3 = 0 or version between $2 and $3) order by checkpoint_history.epoch desc limit 1`,
    [connection.key, oldestVersion, newestVersion],
  );
  const [row] = rows;
  if (row === undefined) return {};
  const { state: stateJson, run_id: runId, epoch, version } = row;
  return { stateJson, runId, epoch, version };
}
