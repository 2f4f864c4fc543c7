import type { MessageInitShape } from '@bufbuild/protobuf';
import type { GetRunProgressResponseSchema } from '@made-open/contracts';
import type { Pool } from 'pg';
import type { Connection } from '../connections/connection.ts';

/** How far the newest attempt of a connection has come. */
export async function runProgress(
  pool: Pool,
  connection: Connection,
): Promise<MessageInitShape<typeof GetRunProgressResponseSchema>> {
  const { rows } = await pool.query<{
    runId: string;
    epoch: number;
    attempt: number;
    frame: number;
  }>(
    `select run_id as "runId", epoch::float8 as epoch, attempt::float8 as attempt, greatest(frame, 0)::float8 as frame
     from run_fence where connection_key = $1`,
    [connection.key],
  );
  return rows[0] ?? {};
}
