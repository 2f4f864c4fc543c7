import { isItemType } from '@made-open/manifest';
import { textArray } from '../database/binary-writer.ts';
import type { Session, Statement } from '../database/session.ts';
import type { EntityModel } from '../entities/entity-model.ts';
import { InvalidItemError } from '../errors.ts';
import { expireFiles } from '../files/let-go-of-files.ts';
import { prepareRow } from '../items/prepare-row.ts';
import type { FrameRecords, ItemLine } from '../items/read-frame.ts';
import type { CheckedBatch } from '../items/write-items.ts';

const find: Statement = {
  name: 'find_erased_items',
  text: `select t.external_id as id from unnest($3::text[]) as t (external_id)
    where exists (
      select from erased_item e
      where e.connection_key = $1 and e.type = $2 and e.hash = hashtextextended(t.external_id, 0)
    )`,
};
const remember: Statement = {
  name: 'remember_erased_items',
  text: `insert into erased_item (connection_key, type, hash)
    select $1::int, $2::text, hashtextextended(t.external_id, 0) from unnest($3::text[]) as t (external_id)
    on conflict do nothing`,
};

/** These items are not to come back with the next sync. Only hashes of their ids are kept: an id may be an address. */
export async function rememberErased(
  session: Session,
  connectionKey: number,
  { type, ids }: { type: string; ids: readonly string[] },
): Promise<void> {
  await session.run(remember, [connectionKey, type, textArray(ids)]);
}

/** What of a frame was not erased at a person's wish: the rest counts as unchanged. */
export async function withoutErased(
  session: Session,
  connectionKey: number,
  given: { readonly records: FrameRecords; readonly checked: readonly CheckedBatch[] },
): Promise<{ records: FrameRecords; checked: readonly CheckedBatch[] }> {
  const isErased = await erasedOf(session, connectionKey, given.records);
  const checked = given.checked.map((batch) => {
    const { model, items } = batch.batch;
    const found = batch.found.then((rows) =>
      rows.filter(({ place }) => !isErased(model.type, items[place - 1]?.externalId ?? '')),
    );
    return { ...batch, found };
  });
  // Before anything is written: a file that another item of the frame names is kept all the same.
  const files = given.records.batches.flatMap(({ model, items }) =>
    items
      .filter(({ externalId }) => isErased(model.type, externalId))
      .flatMap((item) => filesOf(model, item)),
  );
  await expireFiles(session, connectionKey, files);
  const refused = given.records.refused.filter(
    ({ type, externalId }) => !isErased(type, externalId),
  );
  return { records: { ...given.records, refused }, checked };
}

/** Of an item that could not be read nobody knows any. */
function filesOf(model: EntityModel, item: ItemLine): readonly string[] {
  try {
    return prepareRow(model, item, 0n).item.files;
  } catch (error) {
    if (error instanceof InvalidItemError) return [];
    throw error;
  }
}

async function erasedOf(
  session: Session,
  connectionKey: number,
  { batches, refused }: FrameRecords,
): Promise<(type: string, externalId: string) => boolean> {
  const ids = new Map<string, string[]>(
    batches.map(({ model, items }) => [model.type, items.map(({ externalId }) => externalId)]),
  );
  for (const { type, externalId } of refused)
    if (isItemType(type)) ids.set(type, [...(ids.get(type) ?? []), externalId]);
  const erased = new Set<string>();
  for (const [type, list] of ids) {
    const { rows } = await session.run<{ id: string }>(find, [
      connectionKey,
      type,
      textArray(list),
    ]);
    for (const { id } of rows) erased.add(`${type}/${id}`);
  }
  return (type, externalId) => erased.has(`${type}/${externalId}`);
}
