import { fileChunkBytes } from '@made-open/contracts';
import type { Pool, PoolClient } from 'pg';

/** A file as those who read it see it. */
export interface StoredFile {
  readonly fileId: string;
  readonly name: string;
  readonly mimeType: string;
  readonly sizeBytes: number;
  readonly chunks: number;
  readonly chunkBytes: number;
  readonly savedAt: string;
}

/** A file with the object that holds its content. */
export interface LocatedFile {
  readonly file: StoredFile;
  readonly object: string;
}

export interface FileRow {
  readonly file_id: string;
  readonly object: string;
  readonly name: string;
  readonly mime_type: string;
  readonly size_bytes: number;
  readonly chunks: number;
  readonly saved_at: Date;
}

export const fileColumns = `f.file_id, f.object::text as object, s.name, s.mime_type, f.size_bytes::float8 as size_bytes,
  f.chunks, s.saved_at`;

/** Of a content that came under several: one of them may concern somebody else. */
export const sharedName = 'file';
export const sharedType = 'application/octet-stream';

/** What was saved for an item that is not taken is nobody's to read, though it is not removed yet. */
export const isKept = `(s.used_at > 'epoch' or exists (
  select from file_reference r where r.connection_key = s.connection_key and r.file_id = s.file_id
))`;

const described = `f.file_id, f.object::text as object, f.size_bytes::float8 as size_bytes, f.chunks,
  max(s.saved_at) as saved_at,
  case when min(s.name) = max(s.name) then min(s.name) else '${sharedName}' end as name,
  case when min(s.mime_type) = max(s.mime_type) then min(s.mime_type) else '${sharedType}' end as mime_type`;

/** A file of a space, by the name that all connections give it. */
export async function findFile(
  database: Pool | PoolClient,
  spaceId: string,
  fileId: string,
): Promise<LocatedFile | undefined> {
  const { rows } = await database.query<FileRow>(
    `select ${described} from file f join file_save s on s.space_id = f.space_id and s.file_id = f.file_id
     where f.space_id = $1 and f.file_id = $2 and ${isKept} group by f.space_id, f.file_id`,
    [spaceId, fileId],
  );
  return rows[0] === undefined ? undefined : locatedFile(rows[0]);
}

/** The same of what a connection has saved itself. */
export async function findOwnFile(
  database: Pool | PoolClient,
  connectionKey: number,
  fileId: string,
): Promise<LocatedFile | undefined> {
  const { rows } = await database.query<FileRow>(
    `select ${fileColumns} from file_save s join file f on f.space_id = s.space_id and f.file_id = s.file_id
     where s.connection_key = $1 and s.file_id = $2 and ${isKept}`,
    [connectionKey, fileId],
  );
  return rows[0] === undefined ? undefined : locatedFile(rows[0]);
}

export function locatedFile(row: FileRow): LocatedFile {
  return {
    object: row.object,
    file: {
      fileId: row.file_id,
      name: row.name,
      mimeType: row.mime_type,
      sizeBytes: row.size_bytes,
      chunks: row.chunks,
      chunkBytes: fileChunkBytes,
      savedAt: row.saved_at.toISOString(),
    },
  };
}
