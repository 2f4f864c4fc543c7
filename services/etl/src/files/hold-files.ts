import type { Connection } from '../connections/connection.ts';
import { textArray } from '../database/binary-writer.ts';
import type { Session, Statement } from '../database/session.ts';
import { isKept, sharedName, sharedType } from './stored-file.ts';

/** A file of the space as somebody has sent it. */
export interface HeldFile {
  readonly fileId: string;
  readonly name: string | undefined;
  readonly mimeType: string | undefined;
}

const hold: Statement = {
  name: 'hold_files',
  text: `insert into file_save (connection_key, file_id, space_id, name, mime_type)
    select distinct on (h.file_id) $1::int, h.file_id, $2::text, h.name, h.mime_type
    from unnest($3::text[], $4::text[], $5::text[]) as h (file_id, name, mime_type)
    where exists (select from file_save s where s.space_id = $2 and s.file_id = h.file_id and ${isKept})
    on conflict (connection_key, file_id) do nothing`,
};

/** What was sent through a connection is its own from then on, whoever of the space had saved it. */
export async function holdFiles(
  session: Session,
  { key, spaceId }: Connection,
  files: readonly HeldFile[],
): Promise<void> {
  if (files.length === 0) return;
  await session.run(hold, [
    key,
    spaceId,
    textArray(files.map(({ fileId }) => fileId)),
    textArray(files.map(({ name }) => name ?? sharedName)),
    textArray(files.map(({ mimeType }) => mimeType ?? sharedType)),
  ]);
}
