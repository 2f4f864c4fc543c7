import type { ListQuarantineResponseSchema } from '@made-open/contracts';
import type { MessageInitShape } from '@bufbuild/protobuf';
import type { Pool } from 'pg';
import { InvalidRequestError } from '../errors.ts';
import { maxRows } from './quarantine.ts';

interface QuarantineRow {
  id: string;
  run_id: string;
  type: string;
  external_id: string;
  reason: string;
  created_at: Date;
  size_bytes: number;
  can_replay: boolean;
}

/** What an id of the quarantine looks like. */
export const uuid = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/u;

/** What waits in the quarantine of a connection, the oldest first; the records themselves stay here. */
export async function listQuarantine(
  pool: Pool,
  { connectionId, limit, cursor }: { connectionId: string; limit: number; cursor: string },
): Promise<MessageInitShape<typeof ListQuarantineResponseSchema>> {
  if (cursor !== '' && !uuid.test(cursor))
    throw new InvalidRequestError('the cursor is not one that a page gave');
  const { rows } = await pool.query<QuarantineRow>(
    `select q.id, q.run_id, q.type, q.external_id, q.reason, q.created_at,
       q.size_bytes::float8 as size_bytes, q.record is not null and q.type <> 'checkpoint' as can_replay
     from quarantine q join connection c on c.key = q.connection_key
     where c.id = $1 and ($2 = '' or q.id > nullif($2, '')::uuid) order by q.id limit $3`,
    [connectionId, cursor, limit + 1],
  );
  const { rows: totals } = await pool.query<{ total: number }>(
    `select count(*)::int as total from quarantine q join connection c on c.key = q.connection_key where c.id = $1`,
    [connectionId],
  );
  const page = rows.slice(0, limit);
  return {
    items: page.map((row) => ({
      id: row.id,
      connectionId,
      runId: row.run_id,
      type: row.type,
      externalId: row.external_id,
      reason: row.reason,
      createdAt: row.created_at.toISOString(),
      sizeBytes: row.size_bytes,
      canReplay: row.can_replay,
    })),
    nextCursor: rows.length > limit ? (page.at(-1)?.id ?? '') : '',
    total: totals[0]?.total ?? 0,
    maxTotal: maxRows,
  };
}
