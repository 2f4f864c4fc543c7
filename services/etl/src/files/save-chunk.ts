import { describeFile, fileChunkBytes, type PutFileChunkRequest } from '@made-open/contracts';
import { createHash, randomUUID } from 'node:crypto';
import type { Pool, PoolClient } from 'pg';
import type { Connection } from '../connections/connection.ts';
import { classify } from '../database/session.ts';
import {
  ConnectionChangedError,
  FileRefusedError,
  FileUnavailableError,
  ForbiddenError,
} from '../errors.ts';
import type { FileLimits } from './file-limits.ts';
import type { FileObjects } from './file-objects.ts';
import { findFile, type StoredFile } from './stored-file.ts';

export type GivenChunk = Pick<
  PutFileChunkRequest,
  'epoch' | 'attempt' | 'uploadId' | 'chunk' | 'content' | 'end'
>;

interface Upload {
  readonly object: string;
  readonly chunks: number;
  readonly bytes: number;
  /** Of the complete file. */
  readonly fileId: string | null;
}

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/u;

/** Takes the parts of files in order; with the last one a file is there as a whole, or not at all. */
export class SaveChunk {
  readonly #pool: Pool;
  readonly #objects: FileObjects;
  readonly #limits: FileLimits;

  constructor(pool: Pool, objects: FileObjects, limits: FileLimits) {
    this.#pool = pool;
    this.#objects = objects;
    this.#limits = limits;
  }

  /** The file once it is complete. A part that was taken before may come again. */
  async save(connection: Connection, chunk: GivenChunk): Promise<StoredFile | undefined> {
    checkForm(chunk);
    // Committed before a part is kept: content without a row would never be removed.
    await this.#pool.query(
      `insert into file_upload (object, connection_key, upload_id) values ($1, $2, $3)
       on conflict (connection_key, upload_id) do nothing`,
      [randomUUID(), connection.key, chunk.uploadId],
    );
    const client = await this.#pool.connect();
    try {
      await client.query('begin');
      const result = await this.#within(client, connection, chunk);
      await client.query('commit');
      if (result instanceof FileRefusedError) throw result;
      return result;
    } catch (error) {
      await client.query('rollback').catch(() => undefined);
      throw classify(error);
    } finally {
      client.release();
    }
  }

  /** What a refusal leaves behind is committed: the parts that came before it go. */
  async #within(
    client: PoolClient,
    connection: Connection,
    given: GivenChunk,
  ): Promise<StoredFile | FileRefusedError | undefined> {
    await checkFence(client, connection, given);
    const upload = await lockUpload(client, connection, given.uploadId);
    const { spaceId } = connection;
    if (upload.fileId !== null) return (await findFile(client, spaceId, upload.fileId))?.file;
    const refusal = this.#refusalOf(upload, given);
    if (refusal !== undefined) return discard(client, upload, refusal);
    if (given.chunk < upload.chunks) return undefined;
    await this.#objects.put(upload.object, given.chunk, given.content);
    const taken = {
      ...upload,
      chunks: upload.chunks + 1,
      bytes: upload.bytes + given.content.byteLength,
    };
    await client.query('update file_upload set chunks = $2, size_bytes = $3 where object = $1', [
      taken.object,
      taken.chunks,
      taken.bytes,
    ]);
    return given.end === undefined ? undefined : this.#complete(client, connection, taken, given);
  }

  #refusalOf(upload: Upload, { chunk, content }: GivenChunk): FileRefusedError | undefined {
    if (chunk > upload.chunks)
      return new FileRefusedError(
        'files.invalid_chunk',
        `part ${String(chunk)} came before part ${String(upload.chunks)}`,
      );
    const { fileBytes } = this.#limits;
    const isNew = chunk === upload.chunks;
    if (!isNew || upload.bytes + content.byteLength <= fileBytes) return undefined;
    return new FileRefusedError(
      'files.too_large',
      `the file has more than ${String(fileBytes / 1_048_576)} MiB; leave it out, or have the operator raise FILE_MAX_MIB of etl`,
    );
  }

  async #complete(
    client: PoolClient,
    connection: Connection,
    upload: Upload,
    { end }: GivenChunk,
  ): Promise<StoredFile | FileRefusedError | undefined> {
    const fileId = await this.#digest(upload);
    if (fileId !== end?.sha256)
      return discard(
        client,
        upload,
        new FileRefusedError('files.digest', 'the content is not what its SHA-256 says'),
      );
    const { key, spaceId } = connection;
    if (await this.#isOverQuota(client, key, { fileId, bytes: upload.bytes }))
      return discard(client, upload, this.#quotaError());
    const { rows } = await client.query<{ object: string }>(
      `insert into file (space_id, file_id, object, size_bytes, chunks) values ($1, $2, $3, $4, $5)
       on conflict (space_id, file_id) do update set file_id = excluded.file_id returning object::text as object`,
      [spaceId, fileId, upload.object, upload.bytes, upload.chunks],
    );
    const { name, mimeType } = describeFile({ name: end.name, contentType: end.mimeType });
    await client.query(
      `insert into file_save (connection_key, file_id, space_id, name, mime_type) values ($1, $2, $3, $4, $5)
       on conflict (connection_key, file_id) do update
       set name = excluded.name, mime_type = excluded.mime_type, saved_at = now(), used_at = now()`,
      [key, fileId, spaceId, name, mimeType],
    );
    if (rows[0]?.object !== upload.object) await throwAway(client, upload.object);
    await client.query('update file_upload set file_id = $2 where object = $1', [
      upload.object,
      fileId,
    ]);
    return (await findFile(client, spaceId, fileId))?.file;
  }

  /** Of what the store has, not of what was sent there. */
  async #digest({ object, chunks }: Upload): Promise<string> {
    const hash = createHash('sha256');
    for (let chunk = 0; chunk < chunks; chunk++) {
      const content = await this.#objects.get(object, chunk);
      if (content === undefined) throw new FileUnavailableError(object);
      hash.update(content);
    }
    return hash.digest('hex');
  }

  async #isOverQuota(
    client: PoolClient,
    connectionKey: number,
    { fileId, bytes }: { fileId: string; bytes: number },
  ): Promise<boolean> {
    const { rows } = await client.query<{ bytes: number }>(
      `select coalesce(sum(f.size_bytes), 0)::float8 as bytes from file_save s
       join file f on f.space_id = s.space_id and f.file_id = s.file_id
       where s.connection_key = $1 and s.file_id <> $2`,
      [connectionKey, fileId],
    );
    return (rows[0]?.bytes ?? 0) + bytes > this.#limits.connectionBytes;
  }

  #quotaError(): FileRefusedError {
    const limit = String(this.#limits.connectionBytes / 1_048_576);
    return new FileRefusedError(
      'files.quota',
      `the files of the connection would have more than ${limit} MiB; leave some out, or have the operator raise FILES_PER_CONNECTION_MIB of etl`,
    );
  }
}

function checkForm({ uploadId, content, end }: GivenChunk): void {
  const isWhole = end === undefined || /^[0-9a-f]{64}$/u.test(end.sha256);
  const bytes = content.byteLength;
  const fits = end === undefined ? bytes === fileChunkBytes : bytes <= fileChunkBytes;
  if (uuid.test(uploadId) && isWhole && fits) return;
  throw new FileRefusedError(
    'files.invalid_chunk',
    `a part has ${String(fileChunkBytes)} bytes, the last one at most so many, with a UUID for the upload and a SHA-256 at the end`,
  );
}

/** Under the fence of the connection; it cannot be deleted before the part is kept or refused. */
async function checkFence(
  client: PoolClient,
  connection: Connection,
  { epoch, attempt }: GivenChunk,
): Promise<void> {
  const { rows } = await client.query<{ state: string; is_over: boolean }>(
    `select c.state, (f.epoch, f.attempt) > ($2::bigint, $3::bigint)
       or ((f.epoch, f.attempt) = ($2::bigint, $3::bigint) and f.ended) as is_over
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

/** Locks the upload until the transaction ends. */
async function lockUpload(
  client: PoolClient,
  { key, id }: Connection,
  uploadId: string,
): Promise<Upload> {
  const { rows } = await client.query<Upload>(
    `select object::text as object, chunks, size_bytes::float8 as bytes, file_id as "fileId"
     from file_upload where connection_key = $1 and upload_id = $2 for update`,
    [key, uploadId],
  );
  if (rows[0] === undefined) throw new ConnectionChangedError(id);
  return rows[0];
}

async function discard(
  client: PoolClient,
  { object }: Upload,
  refusal: FileRefusedError,
): Promise<FileRefusedError> {
  await client.query('delete from file_upload where object = $1', [object]);
  await throwAway(client, object);
  return refusal;
}

async function throwAway(client: PoolClient, object: string): Promise<void> {
  await client.query('insert into file_trash (object) values ($1) on conflict do nothing', [
    object,
  ]);
}
