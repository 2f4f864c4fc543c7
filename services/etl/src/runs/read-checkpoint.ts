import type { MessageInitShape } from '@bufbuild/protobuf';
import type { GetCheckpointResponseSchema } from '@made-open/contracts';
import type { Pool } from 'pg';
import type { Connection } from '../connections/connection.ts';

/** Where the next run of a connection goes on; empty when it begins anew. */
export async function savedCheckpoint(
  pool: Pool,
  connection: Connection,
): Promise<MessageInitShape<typeof GetCheckpointResponseSchema>> {
  const { rows } = await pool.query<{ state: string; run_id: string; epoch: number }>(
    'select state, run_id, epoch::float8 as epoch from checkpoint where connection_key = $1',
    [connection.key],
  );
  const [row] = rows;
  return row === undefined ? {} : { stateJson: row.state, runId: row.run_id, epoch: row.epoch };
}
