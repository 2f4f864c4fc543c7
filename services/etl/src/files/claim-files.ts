import { textArray } from '../database/binary-writer.ts';
import type { Session, Statement } from '../database/session.ts';

/** Noted as used, so that it is not taken for forgotten before the item is committed. */
const claim: Statement = {
  name: 'claim_files',
  text: `update file_save set used_at = now() where connection_key = $1 and file_id = any ($2::text[])
    returning file_id`,
};

/** Which of these files the connection has saved: items name no others. */
export async function claimFiles(
  session: Session,
  connectionKey: number,
  fileIds: ReadonlySet<string>,
): Promise<ReadonlySet<string>> {
  if (fileIds.size === 0) return fileIds;
  const { rows } = await session.run<{ file_id: string }>(claim, [
    connectionKey,
    textArray([...fileIds].toSorted()),
  ]);
  return new Set(rows.map(({ file_id }) => file_id));
}
