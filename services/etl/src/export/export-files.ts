import type { Pool } from 'pg';
import type { Connection } from '../connections/connection.ts';
import { FileUnavailableError } from '../errors.ts';
import type { FileObjects } from '../files/file-objects.ts';
import {
  fileColumns,
  isKept,
  locatedFile,
  type FileRow,
  type LocatedFile,
} from '../files/stored-file.ts';

/** One part of a file, which is as large as a page. */
export interface ExportedPart {
  readonly record: { readonly kind: string; readonly json: string };
  readonly place: string;
}

const places = /^([0-9a-f]{64})\/(\d{1,6})$/u;
const heldFiles = `select ${fileColumns} from file_save s join file f on f.space_id = s.space_id and f.file_id = s.file_id
  where s.connection_key = $1 and ${isKept}`;

/** Whether an export may go on there. */
export function isFilePlace(place: string): boolean {
  return places.test(place);
}

/** Files with their content, part by part. */
export class ExportFiles {
  readonly #pool: Pool;
  readonly #objects: FileObjects;

  constructor(pool: Pool, objects: FileObjects) {
    this.#pool = pool;
    this.#objects = objects;
  }

  /** The part behind a place, the first one behind an empty one; none behind the last. */
  async after({ key }: Connection, place: string): Promise<ExportedPart | undefined> {
    const [, fileId = '', chunk = '0'] = places.exec(place) ?? [];
    const known = fileId === '' ? undefined : await this.#find(key, fileId);
    const next = Number(chunk) + 1;
    if (known !== undefined && next < known.file.chunks) return this.#part(known, next);
    const { rows } = await this.#pool.query<FileRow>(
      `${heldFiles} and s.file_id > $2 order by s.file_id limit 1`,
      [key, fileId],
    );
    return rows[0] === undefined ? undefined : this.#part(locatedFile(rows[0]), 0);
  }

  /** A part of one file that the connection holds. */
  async part(
    connectionKey: number,
    fileId: string,
    chunk: number,
  ): Promise<(ExportedPart & { readonly isLast: boolean }) | undefined> {
    const found = await this.#find(connectionKey, fileId);
    if (found === undefined || chunk >= found.file.chunks) return undefined;
    return { ...(await this.#part(found, chunk)), isLast: chunk + 1 === found.file.chunks };
  }

  async #find(connectionKey: number, fileId: string): Promise<LocatedFile | undefined> {
    const { rows } = await this.#pool.query<FileRow>(`${heldFiles} and s.file_id = $2`, [
      connectionKey,
      fileId,
    ]);
    return rows[0] === undefined ? undefined : locatedFile(rows[0]);
  }

  async #part({ file, object }: LocatedFile, chunk: number): Promise<ExportedPart> {
    const content = await this.#objects.get(object, chunk);
    if (content === undefined) throw new FileUnavailableError(file.fileId);
    const json = JSON.stringify({
      file_id: file.fileId,
      name: file.name,
      mime_type: file.mimeType,
      size_bytes: file.sizeBytes,
      saved_at: file.savedAt,
      chunk,
      chunks: file.chunks,
      content_base64: Buffer.from(content).toString('base64'),
    });
    return { record: { kind: 'file', json }, place: `${file.fileId}/${String(chunk)}` };
  }
}
