import type { MessageInitShape } from '@bufbuild/protobuf';
import type { ListCheckpointsResponseSchema } from '@made-open/contracts';
import type { Pool } from 'pg';
import type { Connection } from '../connections/connection.ts';

/** Bytes of a state that are shown. */
const shownBytes = 16 * 1024;

interface CheckpointRow {
  readonly epoch: number;
  readonly run_id: string;
  readonly state: string;
  readonly saved_at: Date;
  readonly is_current: boolean;
  readonly version: number;
}

/** What runs of a connection saved last, the newest first. */
export async function listCheckpoints(
  pool: Pool,
  connection: Connection,
): Promise<MessageInitShape<typeof ListCheckpointsResponseSchema>> {
  const { rows } = await pool.query<CheckpointRow>(
    `select h.epoch::float8 as epoch, h.run_id, h.state, h.saved_at, h.version, c.epoch is not null as is_current
     from checkpoint_history h
     left join checkpoint c on c.connection_key = h.connection_key and c.epoch = h.epoch
     where h.connection_key = $1 order by h.epoch desc`,
    [connection.key],
  );
  return {
    checkpoints: rows.map(({ epoch, run_id, state, saved_at, is_current, version }) => {
      const sizeBytes = Buffer.byteLength(state);
      const savedAt = saved_at.toISOString();
      const stateJson = sizeBytes > shownBytes ? '' : state;
      return {
        epoch,
        runId: run_id,
        savedAt,
        sizeBytes,
        stateJson,
        isCurrent: is_current,
        version,
      };
    }),
  };
}
