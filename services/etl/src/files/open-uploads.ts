import type { PoolClient } from 'pg';
import type { Connection } from '../connections/connection.ts';
import { FileRefusedError, ForbiddenError, TooManyUploadsError } from '../errors.ts';
import { openUploads, uploadIdleMs } from './file-limits.ts';

export interface Upload {
  readonly object: string;
  readonly chunks: number;
  readonly bytes: number;
  /** Of the files that its connection had when it began. */
  readonly heldBytes: number;
  /** Of the complete file. */
  readonly fileId: string | null;
}

/** Who sends an upload. */
export interface Sender {
  readonly epoch: number;
  readonly attempt: number;
  readonly uploadId: string;
}

/** Under the fence of the connection, unless it is an invocation, which is of no epoch; the connection cannot be deleted before the part is kept or refused. */
export async function checkFence(
  client: PoolClient,
  connection: Connection,
  { epoch, attempt }: Sender,
): Promise<void> {
  const { rows } = await client.query<{ state: string; is_over: boolean }>(
    `select c.state, $2::bigint > 0 and ((f.epoch, f.attempt) > ($2::bigint, $3::bigint)
       or ((f.epoch, f.attempt) = ($2::bigint, $3::bigint) and f.ended)) as is_over
     from connection c join run_fence f on f.connection_key = c.key where c.key = $1 for share of c`,
    [connection.key, epoch, attempt],
  );
  if (rows[0]?.state === 'deleted')
    throw new ForbiddenError(`connection "${connection.id}" was deleted`);
  if (rows[0]?.is_over !== false)
    throw new FileRefusedError(
      'files.stale_run',
      'the run has ended, or another attempt of it goes on',
    );
}

/** Makes room for an upload, unless it began before; gives what uploads left that nobody goes on with. */
export async function beginUpload(
  client: PoolClient,
  connection: Connection,
  { epoch, attempt, uploadId }: Sender,
): Promise<readonly string[]> {
  const { key } = connection;
  await client.query(`select pg_advisory_xact_lock(hashtext('file_upload'), $1)`, [key]);
  const gone = await throwUploadsAway(
    client,
    `connection_key = $1 and ((epoch > 0 and (epoch, attempt) < ($2::bigint, $3::bigint))
       or moved_at < now() - make_interval(secs => $4))`,
    [key, epoch, attempt, uploadIdleMs / 1000],
  );
  const { rows } = await client.query<{ open: number }>(
    `select count(*)::int as open from file_upload
     where connection_key = $1 and file_id is null and upload_id <> $2`,
    [key, uploadId],
  );
  if ((rows[0]?.open ?? 0) >= openUploads) throw new TooManyUploadsError(openUploads);
  await client.query(
    `insert into file_upload (object, connection_key, upload_id, epoch, attempt, held_bytes)
     values (gen_random_uuid(), $1, $2, $3, $4, (${savedBytes} where s.connection_key = $1))
     on conflict (connection_key, upload_id) do nothing`,
    [key, uploadId, epoch, attempt],
  );
  return gone;
}

/** Bytes of the files that connections hold. */
export const savedBytes = `select coalesce(sum(f.size_bytes), 0) from file_save s
  join file f on f.space_id = s.space_id and f.file_id = s.file_id`;

/** Locks the upload until the transaction ends. */
export async function lockUpload(
  client: PoolClient,
  connectionKey: number,
  uploadId: string,
): Promise<Upload> {
  const { rows } = await client.query<Upload>(
    `select object::text as object, chunks, size_bytes::float8 as bytes, held_bytes::float8 as "heldBytes",
       file_id as "fileId"
     from file_upload where connection_key = $1 and upload_id = $2 for update`,
    [connectionKey, uploadId],
  );
  if (rows[0] === undefined)
    throw new FileRefusedError(
      'files.invalid_chunk',
      'the part belongs to no upload that is under way; send the file again from its first part',
    );
  return rows[0];
}

/** Bytes of all uploads of a connection that are under way. */
export async function openBytes(client: PoolClient, connectionKey: number): Promise<number> {
  const { rows } = await client.query<{ bytes: number }>(
    `select coalesce(sum(size_bytes), 0)::float8 as bytes from file_upload
     where connection_key = $1 and file_id is null`,
    [connectionKey],
  );
  return rows[0]?.bytes ?? 0;
}

/** Takes uploads out that were not ended; gives their objects, which the store is to lose. */
export async function throwUploadsAway(
  client: PoolClient,
  condition: string,
  values: readonly unknown[],
): Promise<readonly string[]> {
  const { rows } = await client.query<{ object: string }>(
    `with gone as (delete from file_upload where file_id is null and ${condition} returning object)
     insert into file_trash (object) select object from gone on conflict do nothing returning object::text as object`,
    [...values],
  );
  return rows.map(({ object }) => object);
}
