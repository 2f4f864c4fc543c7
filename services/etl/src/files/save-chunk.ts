import { describeFile, fileChunkBytes, type PutFileChunkRequest } from '@made-open/contracts';
import { createHash } from 'node:crypto';
import type { Pool, PoolClient } from 'pg';
import type { Connection } from '../connections/connection.ts';
import { classify } from '../database/session.ts';
import { FileRefusedError, FileUnavailableError } from '../errors.ts';
import type { FileLimits } from './file-limits.ts';
import type { FileObjects } from './file-objects.ts';
import {
  beginUpload,
  checkFence,
  lockUpload,
  openBytes,
  savedBytes,
  throwUploadsAway,
  type Upload,
} from './open-uploads.ts';
import { findFile, sharedName, sharedType, type StoredFile } from './stored-file.ts';

export type GivenChunk = Pick<
  PutFileChunkRequest,
  'epoch' | 'attempt' | 'uploadId' | 'chunk' | 'content' | 'end' | 'abandon'
>;

/** How a part ended, and the objects that nothing names any more. */
interface Taken {
  readonly file?: StoredFile | undefined;
  readonly refusal?: FileRefusedError;
  readonly gone?: readonly string[];
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
    if (chunk.abandon) return this.#settle((client) => abandon(client, connection, chunk));
    // Committed before a part is kept: content without a row would never be removed.
    if (chunk.chunk === 0)
      await this.#settle(async (client) => {
        await checkFence(client, connection, chunk);
        return { gone: await beginUpload(client, connection, chunk) };
      });
    return this.#settle((client) => this.#within(client, connection, chunk));
  }

  /** What a refusal leaves behind is committed: the parts that came before it go. */
  async #settle(work: (client: PoolClient) => Promise<Taken>): Promise<StoredFile | undefined> {
    const { file, refusal, gone = [] } = await this.#transaction(work);
    // What fails here is in the trash, which is emptied later.
    await this.#empty(gone).catch(() => undefined);
    if (refusal !== undefined) throw refusal;
    return file;
  }

  async #transaction(work: (client: PoolClient) => Promise<Taken>): Promise<Taken> {
    const client = await this.#pool.connect();
    try {
      await client.query('begin');
      const taken = await work(client);
      await client.query('commit');
      return taken;
    } catch (error) {
      await client.query('rollback').catch(() => undefined);
      throw classify(error);
    } finally {
      client.release();
    }
  }

  async #empty(objects: readonly string[]): Promise<void> {
    for (const object of objects) {
      await this.#objects.remove(object);
      await this.#pool.query('delete from file_trash where object = $1', [object]);
    }
  }

  /** With the upload locked while the store takes the part: a part that came late would change a file that is complete. */
  async #within(client: PoolClient, connection: Connection, given: GivenChunk): Promise<Taken> {
    await checkFence(client, connection, given);
    const upload = await lockUpload(client, connection.key, given.uploadId);
    const { key, spaceId } = connection;
    if (upload.fileId !== null)
      return { file: await savedFile(client, { spaceId, fileId: upload.fileId }, given) };
    const refusal =
      this.#refusalOf(upload, given) ?? (await this.#quotaRefusal(client, key, upload, given));
    if (refusal !== undefined) return discard(client, upload, refusal);
    if (given.chunk < upload.chunks) return {};
    await this.#objects.put(upload.object, given.chunk, given.content);
    const taken = {
      ...upload,
      chunks: upload.chunks + 1,
      bytes: upload.bytes + given.content.byteLength,
    };
    await client.query(
      'update file_upload set chunks = $2, size_bytes = $3, moved_at = now() where object = $1',
      [taken.object, taken.chunks, taken.bytes],
    );
    return given.end === undefined ? {} : this.#complete(client, connection, taken, given);
  }

  /** One file more than the quota may be under way: it may be one that the connection holds already. */
  async #quotaRefusal(
    client: PoolClient,
    connectionKey: number,
    { heldBytes }: Upload,
    { content }: GivenChunk,
  ): Promise<FileRefusedError | undefined> {
    const { fileBytes, connectionBytes } = this.#limits;
    const bytes = heldBytes + (await openBytes(client, connectionKey)) + content.byteLength;
    return bytes > connectionBytes + fileBytes ? this.#quotaError() : undefined;
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
    given: GivenChunk,
  ): Promise<Taken> {
    const fileId = await this.#digest(upload);
    if (fileId !== given.end?.sha256)
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
    await this.#noteSave(client, connection, { fileId, given });
    const isKnown = rows[0]?.object !== upload.object;
    if (isKnown) await throwAway(client, upload.object);
    await client.query('update file_upload set file_id = $2 where object = $1', [
      upload.object,
      fileId,
    ]);
    const file = await savedFile(client, { spaceId, fileId }, given);
    return { file, gone: isKnown ? [upload.object] : [] };
  }

  /** A content that came under another name before has none: it would be shown with what concerns somebody else. */
  async #noteSave(
    client: PoolClient,
    { key, spaceId }: Connection,
    { fileId, given }: { fileId: string; given: GivenChunk },
  ): Promise<void> {
    const { name, mimeType } = describe(given);
    await client.query(
      `insert into file_save (connection_key, file_id, space_id, name, mime_type, epoch, attempt)
       values ($1, $2, $3, $4, $5, $6, $7)
       on conflict (connection_key, file_id) do update
       set name = ${oneOr('name', sharedName)}, mime_type = ${oneOr('mime_type', sharedType)},
         epoch = excluded.epoch, attempt = excluded.attempt, saved_at = now(), used_at = now()`,
      [key, fileId, spaceId, name, mimeType, given.epoch, given.attempt],
    );
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
      `select (${savedBytes} where s.connection_key = $1 and s.file_id <> $2)::float8 as bytes`,
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

function oneOr(column: string, shared: string): string {
  return `case when file_save.${column} = excluded.${column} then excluded.${column} else '${shared}' end`;
}

function describe({ end }: GivenChunk): { name: string; mimeType: string } {
  return describeFile({ name: end?.name, contentType: end?.mimeType });
}

/** The file as whoever saves it describes it, whatever others call it. */
async function savedFile(
  client: PoolClient,
  { spaceId, fileId }: { spaceId: string; fileId: string },
  given: GivenChunk,
): Promise<StoredFile | undefined> {
  const found = await findFile(client, spaceId, fileId);
  return found && { ...found.file, ...describe(given) };
}

function checkForm({ uploadId, content, end, abandon: isAbandoned }: GivenChunk): void {
  const isWhole = end === undefined || /^[0-9a-f]{64}$/u.test(end.sha256);
  const bytes = content.byteLength;
  const fits = end === undefined ? bytes === fileChunkBytes : bytes <= fileChunkBytes;
  if (uuid.test(uploadId) && (isAbandoned || (isWhole && fits))) return;
  throw new FileRefusedError(
    'files.invalid_chunk',
    `a part has ${String(fileChunkBytes)} bytes, the last one at most so many, with a UUID for the upload and a SHA-256 at the end`,
  );
}

/** Whoever sends it: an upload that is not under way any more is not missed. */
async function abandon(
  client: PoolClient,
  { key }: Connection,
  { uploadId }: GivenChunk,
): Promise<Taken> {
  const condition = 'connection_key = $1 and upload_id = $2';
  return { gone: await throwUploadsAway(client, condition, [key, uploadId]) };
}

async function discard(
  client: PoolClient,
  { object }: Upload,
  refusal: FileRefusedError,
): Promise<Taken> {
  return { refusal, gone: await throwUploadsAway(client, 'object = $1', [object]) };
}

async function throwAway(client: PoolClient, object: string): Promise<void> {
  await client.query('insert into file_trash (object) values ($1) on conflict do nothing', [
    object,
  ]);
}
