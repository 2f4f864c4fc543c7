import { textArray } from '../database/binary-writer.ts';
import type { Session, Statement } from '../database/session.ts';
import { sharedName } from './stored-file.ts';

const named: Statement = {
  name: 'named_files',
  text: 'select distinct file_id from file_reference where entity_id = any ($1::uuid[])',
};
const isUnnamed = `not exists (
      select from file_reference r where r.connection_key = s.connection_key and r.file_id = s.file_id
    )`;
const letGo: Statement = {
  name: 'let_go_of_files',
  text: `delete from file_save s where s.connection_key = $1 and s.file_id = any ($2::text[]) and ${isUnnamed}`,
};
const forgetNames: Statement = {
  name: 'forget_names_of_files',
  text: `update file_save set name = '${sharedName}' where connection_key = $1 and file_id = any ($2::text[])`,
};
const letGoOfUnnamed: Statement = {
  name: 'let_go_of_unnamed_files',
  text: `delete from file_save s using run_fence f where s.connection_key = $1 and f.connection_key = s.connection_key
    and (f.ended or (s.epoch, s.attempt) < (f.epoch, f.attempt)) and ${isUnnamed}`,
};
const expire: Statement = {
  name: 'expire_files',
  text: `update file_save s set used_at = 'epoch' where s.connection_key = $1 and s.file_id = any ($2::text[]) and ${isUnnamed}`,
};

/** Files that entities name. */
export async function namedFiles(
  session: Session,
  entityIds: readonly string[],
): Promise<readonly string[]> {
  const { rows } = await session.run<{ file_id: string }>(named, [`{${entityIds.join(',')}}`]);
  return rows.map(({ file_id }) => file_id);
}

/** The connection holds those of them no longer that none of its entities names; the others lose their name, which may be of who went. */
export async function letGoOfFiles(
  session: Session,
  connectionKey: number,
  fileIds: readonly string[],
): Promise<void> {
  if (fileIds.length === 0) return;
  await session.run(letGo, [connectionKey, textArray(fileIds)]);
  await session.run(forgetNames, [connectionKey, textArray(fileIds)]);
}

/** The same for all files that no entity names; those of a run that goes on may still be named. */
export async function letGoOfUnnamedFiles(session: Session, connectionKey: number): Promise<void> {
  await session.run(letGoOfUnnamed, [connectionKey]);
}

/** They have no time of grace, unless an entity names them yet. */
export async function expireFiles(
  session: Session,
  connectionKey: number,
  fileIds: readonly string[],
): Promise<void> {
  if (fileIds.length > 0) await session.run(expire, [connectionKey, textArray(fileIds)]);
}
