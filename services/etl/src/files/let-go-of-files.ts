import { textArray } from '../database/binary-writer.ts';
import type { Session, Statement } from '../database/session.ts';

const named: Statement = {
  name: 'named_files',
  text: 'select distinct file_id from file_reference where entity_id = any ($1::uuid[])',
};
const letGo: Statement = {
  name: 'let_go_of_files',
  text: `delete from file_save s where s.connection_key = $1 and s.file_id = any ($2::text[]) and not exists (
      select from file_reference r where r.connection_key = s.connection_key and r.file_id = s.file_id
    )`,
};

/** Files that entities name. */
export async function namedFiles(
  session: Session,
  entityIds: readonly string[],
): Promise<readonly string[]> {
  const { rows } = await session.run<{ file_id: string }>(named, [`{${entityIds.join(',')}}`]);
  return rows.map(({ file_id }) => file_id);
}

/** The connection holds those of them no longer that none of its entities names; without a time of grace. */
export async function letGoOfFiles(
  session: Session,
  connectionKey: number,
  fileIds: readonly string[],
): Promise<void> {
  if (fileIds.length > 0) await session.run(letGo, [connectionKey, textArray(fileIds)]);
}
